// SwiftPM builds a C target from at least one source file; everything of this one is inline in its header.

#include "CZlib.h"
