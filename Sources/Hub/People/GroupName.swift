/// What a group of Berth's own may be called.
enum GroupName {
    static func check(_ name: String) throws(HubError) {
        guard (1...255).contains(name.utf8.count), name.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0 != "/" && $0.value != 0x7F })
        else { throw HubError(.badRequest, "A group's name has 1 to 255 bytes, no slash and no control characters.") }
    }
}
