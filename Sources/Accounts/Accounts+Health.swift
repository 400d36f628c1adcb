extension Accounts {
    /// Writes something that means nothing; throws where the file takes no writes.
    public func checkWritable() async throws(AccountsError) {
        try await database.write("write a check") { try $0.execute(sql: "PRAGMA user_version = \(Int32.random(in: 1 ... .max))") }
    }
}
