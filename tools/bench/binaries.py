"""The executables under measurement, and libraries that are loaded into them."""

import argparse
import shlex
import subprocess
import sys
from pathlib import Path

from peers import PeerFailure

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options that name ready binaries."""
    parser.add_argument("--longwire", type=Path, help="the binary; built for release if absent")
    parser.add_argument("--bench", type=Path, help="the load generator; built for release if absent")


def built(product: str, given: Path | None) -> Path:
    """The release binary of one of our products."""
    if given is not None:
        if not given.exists():
            raise PeerFailure(f"there is no {given}")
        return given.resolve()
    command = ["swift", "build", "-c", "release", "--product", product]
    print(f"building {product} …", file=sys.stderr)
    if subprocess.run(command, cwd=ROOT, stdout=sys.stderr, check=False).returncode != 0:
        raise PeerFailure(f"{shlex.join(command)} failed")
    directory = subprocess.run([*command[:4], "--show-bin-path"], cwd=ROOT, capture_output=True, text=True, check=True)
    return Path(directory.stdout.strip()) / product


def preloaded(source: str, directory: Path) -> Path:
    """A library for LD_PRELOAD, compiled from a C file that lies here."""
    library = directory / Path(source).with_suffix(".so").name
    command = ["cc", "-shared", "-fPIC", "-O2", "-Wall", "-Werror", "-o", str(library), str(HERE / source)]
    if subprocess.run(command, check=False).returncode != 0:
        raise PeerFailure(f"{shlex.join(command)} failed")
    return library
