/// Prints settings as YAML that reads back as the same settings.
struct SettingsPrinter: SettingsVisitor {
    private(set) var lines: [String] = []
    private var indent = ""
    /// What stands before the next key in place of the indentation: the dash of a list's entry.
    private var lead: String?

    mutating func field<Value>(_ key: String, _ value: inout Value, _ form: ValueForm<Value>) {
        line("\(key): \(form.write(value))")
    }

    mutating func section<Settings: SettingsSection>(_ key: String, _ settings: inout Settings) {
        line("\(key):")
        nested(by: "  ") { settings.visit(&$0) }
    }

    mutating func sections<Settings: SettingsSection>(_ key: String, _ list: inout [Settings], empty: Settings) {
        line(list.isEmpty ? "\(key): []" : "\(key):")
        for var settings in list {
            nested(by: "    ") { printer in
                printer.lead = String(printer.indent.dropLast(2)) + "- "
                settings.visit(&printer)
            }
        }
    }

    private mutating func line(_ text: String) {
        lines.append((lead ?? indent) + text)
        lead = nil
    }

    private mutating func nested(by spaces: String, _ body: (inout SettingsPrinter) -> Void) {
        indent += spaces
        body(&self)
        indent.removeLast(spaces.count)
    }
}
