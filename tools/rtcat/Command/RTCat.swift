// The command: reads the options, picks one of five modes, and runs it on one event loop.

import ArgumentParser
import EventLoop
import Foundation
import RTCatCore

@main
struct RTCat: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rtcat",
        abstract: "Talks to WebSocket servers, and to realtime AI models, from a terminal.",
        usage: "rtcat [options] ws[s]://host[:port]/path[?query]",
        discussion: """
            WITHOUT A MODE, lines you type are sent as text messages and what comes back is printed above the prompt.
              rtcat ws://127.0.0.1:8080/chat
              rtcat -H 'X-Team: blue' -s chat.v2 --ca ca.pem wss://example.com/socket
              rtcat -x '{"op":"hello"}' -x '/ping' --wait 5 wss://example.com/socket
              rtcat ws://127.0.0.1:9000/ < script.txt > answers.txt
            Lines that begin with a slash are commands: /ping /binary /text /close /sleep /quit /help. They work at the \
            prompt, in scripts and in -x; // sends a message that begins with a slash.

            REALTIME (--realtime) speaks the OpenAI realtime protocol: you write or speak, the model answers.
              rtcat --realtime --key $KEY 'ws://127.0.0.1:8080/v1/realtime?model=gpt-realtime'
              rtcat --realtime --key $KEY --text 'Hello' --text 'And in French?' URL
              rtcat --realtime --key $KEY --audio question.wav --save answer.wav URL
              rtcat --realtime --key $KEY --text 'Weather in Oslo?' --tool 'get_weather={"sky":"clear"}' URL
            Without --text or --audio, typed lines (or lines of standard input) are your turns.

            SEED (--seed) speaks the compact vocabulary of Longwire: text with any model, which the first message names. \
            Without a path the address is asked for /v1/realtime. --key travels in a header, with --key-in-message as the \
            page in a browser would send it.
              rtcat --seed --model gpt-4 --key $KEY ws://127.0.0.1:8080
              rtcat --seed --model gpt-4 --key $KEY --key-in-message --text 'Hello' wss://relay.example.com

            ECHO (--echo) sends every message back until the server closes; --autobahn runs a whole Autobahn suite.
              rtcat --echo ws://127.0.0.1:9001/runCase?case=1
              rtcat --autobahn --agent longwire ws://127.0.0.1:9001

            AT THE PROMPT: arrows, Home, End, Ctrl-A/E/B/F move; Ctrl-U/W/K cut, Ctrl-Y puts back; Up and Down recall; \
            Ctrl-C clears the line or leaves, Ctrl-D leaves. Pasted line breaks become part of the message. History is \
            kept in $XDG_STATE_HOME/rtcat/history (~/.local/state); lines that look like secrets are not.

            OUTPUT: on a terminal messages carry a "<"; otherwise each is printed as it came, with a line break. \
            Everything that is not a message goes to standard error.

            EXIT CODES: 0 closed in order (1000, 1001, no code), 1 connection or handshake failed, connection lost, \
            closed with another code, or a realtime turn failed; 2 the WebSocket protocol was broken; 64 usage; \
            130 and 143 interrupted by a signal.
            """,
        version: "rtcat 0.1.0"
    )

    @Argument(help: ArgumentHelp("Where to connect; the scheme may be left out (ws).", valueName: "ws[s]://…"))
    var address: String

    @OptionGroup(title: "CONNECTING") var connecting: ConnectionOptions
    @OptionGroup(title: "SENDING") var sending: MessageOptions
    @OptionGroup(title: "PRINTING") var printing: PrintOptions
    @OptionGroup(title: "REALTIME") var realtime: RealtimeOptions
    @OptionGroup(title: "ECHO") var echoing: EchoOptions

    func validate() throws {
        do {
            let address = try ServerAddress(self.address)
            if self.realtime.seed, address.target.contains("model=") {
                throw ValidationError("with --seed the first message names the model: leave model= out of the address.")
            }
        } catch let error as AddressError {
            throw ValidationError("\(error)")
        }
        let modes = [self.realtime.speaksRealtime, self.realtime.seed, self.echoing.echo, self.echoing.autobahn].filter
        { $0 }
        guard modes.count <= 1 else {
            throw ValidationError("--realtime, --seed, --echo and --autobahn exclude each other.")
        }
        if !modes.isEmpty, !self.sending.execute.isEmpty {
            throw ValidationError("-x belongs to plain messages; in realtime mode use --text.")
        }
        try self.realtime.requireMode()
    }

    func run() throws {
        let program: Program
        let destination: Destination
        do {
            var address = try ServerAddress(self.address)
            if self.realtime.seed, address.target == "/" { address = address.with(target: "/v1/realtime") }
            let echoes = self.echoing.echo || self.echoing.autobahn
            program = try Program(printing: self.printing, mayPrompt: !echoes)
            destination = try self.connecting.destination(
                for: address,
                usesBetaShape: self.realtime.beta,
                sendsKey: !self.realtime.keyInMessage,
                deflates: echoes
            )
        } catch {
            StandardError.write("rtcat: \(error)\n")
            throw ExitCode(ExitVerdict.connectionFailed)
        }
        let mode: any Mode
        if self.realtime.isOn {
            guard let talk = RealtimeMode(self.realtime, key: self.connecting.key, destination, program) else {
                throw ExitCode(ExitVerdict.connectionFailed)
            }
            mode = talk
        } else if self.echoing.autobahn {
            mode = AutobahnMode(agent: self.echoing.agent, destination, program)
        } else if self.echoing.echo {
            mode = EchoMode(destination, program)
        } else {
            mode = MessageMode(self.sending, secrets: self.connecting.secrets, destination, program)
        }
        let code = program.run(mode)
        if code != ExitVerdict.fine { throw ExitCode(code) }
    }
}
