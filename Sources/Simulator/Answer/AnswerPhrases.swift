// The sentences answers are made of, per language. Only English has sentences for every rule; the other languages
// have their own for the ones people try first (text, greeting) and fall back to English for the rest.

/// One language's sentences.
struct AnswerPhrases {
    let language: AnswerLanguage

    /// What stands between two sentences.
    var separator: String {
        switch self.language {
        case .chinese, .japanese: ""
        case .english, .german, .french, .spanish, .italian, .portuguese, .dutch, .russian, .korean: " "
        }
    }

    func youSaid(_ quote: String) -> String {
        switch self.language {
        case .english: "You said: “\(quote)”."
        case .german: "Du sagtest: „\(quote)“."
        case .french: "Vous avez dit : « \(quote) »."
        case .spanish: "Dijiste: «\(quote)»."
        case .italian: "Hai detto: «\(quote)»."
        case .portuguese: "Você disse: “\(quote)”."
        case .dutch: "Je zei: “\(quote)”."
        case .russian: "Вы сказали: «\(quote)»."
        case .chinese: "你说：“\(quote)”。"
        case .japanese: "あなたは「\(quote)」と言いました。"
        case .korean: "“\(quote)”라고 하셨습니다."
        }
    }

    /// Second sentences; which one follows depends on the text and the turn.
    var remarks: [String] {
        switch self.language {
        case .english:
            [
                "I am only a simulator, but every word of this came the whole way.",
                "Nobody thought about that here; still, the answer arrived in good order.",
                "I would say more, but simulated minds are brief by design.",
                "That came through clearly, and this is it going back.",
            ]
        case .german:
            [
                "Ich bin nur ein Simulator, aber jedes Wort hat den ganzen Weg genommen.",
                "Gedacht hat hier niemand, und doch kam die Antwort heil an.",
            ]
        case .french:
            [
                "Je ne suis qu'un simulateur, mais chaque mot a fait tout le chemin.",
                "Personne n'a réfléchi ici, et pourtant la réponse est arrivée.",
            ]
        case .spanish:
            [
                "Solo soy un simulador, pero cada palabra hizo todo el camino.",
                "Aquí nadie pensó nada y, aun así, la respuesta llegó entera.",
            ]
        case .italian: ["Sono solo un simulatore, ma ogni parola ha fatto tutta la strada."]
        case .portuguese: ["Sou apenas um simulador, mas cada palavra fez o caminho inteiro."]
        case .dutch: ["Ik ben maar een simulator, maar elk woord heeft de hele weg afgelegd."]
        case .russian: ["Я всего лишь симулятор, но каждое слово прошло весь путь."]
        case .chinese: ["我只是一个模拟器，但每个字都走完了全程。", "这里没有人在思考，不过回答完整地到了。"]
        case .japanese: ["私はただのシミュレーターですが、どの言葉も最後まで届きました。"]
        case .korean: ["저는 시뮬레이터일 뿐이지만 모든 단어가 끝까지 전달되었습니다."]
        }
    }

    var greeting: String {
        switch self.language {
        case .german: "Hallo! Ich bin der Simulator von Longwire. Sag etwas, und ich antworte."
        case .french: "Bonjour ! Je suis le simulateur de Longwire. Dites quelque chose, je répondrai."
        case .spanish: "¡Hola! Soy el simulador de Longwire. Di algo y responderé."
        case .chinese: "你好！我是 Longwire 的模拟器。请说点什么，我会回答。"
        case .english, .italian, .portuguese, .dutch, .russian, .japanese, .korean:
            "Hello! I am the Longwire simulator. Say something, and I will answer."
        }
    }

    func solved(_ equation: String) -> String {
        switch self.language {
        case .german: "Das kann selbst ein Simulator: \(equation)."
        case .french: "Même un simulateur sait cela : \(equation)."
        case .spanish: "Eso lo sabe hasta un simulador: \(equation)."
        case .chinese: "这个连模拟器也会：\(equation)。"
        case .english, .italian, .portuguese, .dutch, .russian, .japanese, .korean:
            "Even a simulator can do that one: \(equation)."
        }
    }

    func toolSaid(_ name: String, _ output: String) -> String {
        switch self.language {
        case .german: "Das Werkzeug \(name) hat geantwortet: \(output). Mehr weiß ich dazu nicht."
        case .french: "L'outil \(name) a répondu : \(output). Je n'en sais pas plus."
        case .spanish: "La herramienta \(name) respondió: \(output). No sé nada más."
        case .chinese: "工具 \(name) 的回答是：\(output)。我知道的就这些。"
        case .english, .italian, .portuguese, .dutch, .russian, .japanese, .korean:
            "The tool \(name) answered: \(output). That is all I know about it."
        }
    }

    func seen(_ list: String) -> String {
        "I can see what arrived, if not what it shows: \(list)."
    }

    func heard(_ audio: HeardAudio) -> String {
        "I heard \(audio.secondsText) seconds of audio with about \(audio.syllables) syllables at "
            + "\(audio.decibels) decibels; this is my spoken answer to it."
    }
}
