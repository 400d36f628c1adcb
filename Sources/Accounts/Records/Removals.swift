/// Sessions and tokens that are over, and stand in the file still: by identifier.
struct Removals {
    var sessions: Set<String> = []
    var tokens: Set<String> = []

    var isEmpty: Bool { sessions.isEmpty && tokens.isEmpty }
}
