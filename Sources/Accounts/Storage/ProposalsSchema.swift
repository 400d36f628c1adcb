import GRDB

/// The tables of what is watched upstream.
enum ProposalsSchema {
    static func register(in migrator: inout DatabaseMigrator) {
        migrator.registerMigration("watch 1: proposals, holds, deliveries, looks") { database in
            try database.create(table: "proposal", options: .strict) { table in
                table.autoIncrementedPrimaryKey("id")
                table.column("fingerprint", .text).notNull().unique()
                table.column("kind", .text).notNull()
                table.column("owner", .text).notNull()
                table.column("subject", .text).notNull()
                table.column("base", .text).notNull()
                table.column("steps", .text).notNull()
                table.column("recipe", .text).notNull()
                table.column("lock", .text).notNull()
                table.column("changes", .text).notNull()
                table.column("solves", .integer).notNull()
                table.column("remarks", .text).notNull()
                table.column("made", .real).notNull()
                table.column("state", .text).notNull().indexed()
                table.column("decidedBy", .text)
                table.column("decided", .real)
            }
            try database.create(table: "hold", options: .strict) { table in
                table.autoIncrementedPrimaryKey("id")
                table.column("account", .text).notNull()
                table.column("package", .text).notNull()
                table.column("versions", .text).notNull()
                table.column("reason", .text).notNull()
                table.column("author", .text).notNull()
                table.column("made", .real).notNull()
            }
            try database.create(table: "delivery", options: .strict) { table in
                table.autoIncrementedPrimaryKey("id")
                table.column("proposal", .integer).notNull().references("proposal", onDelete: .cascade)
                table.column("way", .text).notNull()
                table.column("attempts", .integer).notNull()
                table.column("next", .real).notNull().indexed()
            }
            try database.create(table: "look", options: .strict) { table in
                table.primaryKey("what", .text)
                table.column("began", .real).notNull()
            }
        }
    }
}
