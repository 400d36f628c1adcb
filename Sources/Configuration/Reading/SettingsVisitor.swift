/// Walks through the settings of a section. Each section names its keys once, in its `visit`,
/// and is read, checked for unknown keys and printed by that.
protocol SettingsVisitor {
    /// One key with a value.
    mutating func field<Value>(_ key: String, _ value: inout Value, _ form: ValueForm<Value>)
    /// One key with a section of its own.
    mutating func section<Settings: SettingsSection>(_ key: String, _ settings: inout Settings)
    /// One key with a list of sections, each made from `empty`.
    mutating func sections<Settings: SettingsSection>(_ key: String, _ list: inout [Settings], empty: Settings)
}

/// A mapping of `berth.yaml` with fixed keys.
protocol SettingsSection {
    /// Names every key, in the order in which they are printed.
    mutating func visit(_ visitor: inout some SettingsVisitor)
}
