import GRDB

/// The tables, and how each version of the file becomes the next. Migrations are only ever added.
enum AccountsSchema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1: users, sessions, tokens, choices") { database in
            try database.create(table: "user", options: .strict) { table in
                table.primaryKey("name", .text)
                table.column("uid", .integer).notNull()
                table.column("fullName", .text).notNull()
                table.column("admin", .integer).notNull()
                table.column("created", .real).notNull()
                table.column("lastActivity", .real).notNull()
            }
            try database.create(table: "session", options: .strict) { table in
                table.primaryKey("id", .text)
                table.column("digest", .blob).notNull().unique()
                table.column("account", .text).notNull().indexed()
                table.column("csrf", .text).notNull()
                table.column("created", .real).notNull()
                table.column("expires", .real).notNull()
                table.column("lastUsed", .real).notNull()
                table.column("address", .text).notNull()
                table.column("userAgent", .text).notNull()
                table.column("login", .text)
            }
            try database.create(table: "token", options: .strict) { table in
                table.primaryKey("id", .text)
                table.column("digest", .blob).notNull().unique()
                table.column("account", .text).notNull().indexed()
                table.column("note", .text).notNull()
                table.column("scopes", .text).notNull()
                table.column("created", .real).notNull()
                table.column("expires", .real)
                table.column("lastUsed", .real)
            }
            try database.create(table: "choice", options: .strict) { table in
                table.column("account", .text).notNull()
                table.column("server", .text).notNull()
                table.column("profile", .text)
                table.column("environment", .text)
                table.primaryKey(["account", "server"])
            }
        }
        migrator.registerMigration("2: groups, administrators by decision, notices") { database in
            try database.alter(table: "user") { $0.add(column: "madeAdmin", .integer).notNull().defaults(to: 0) }
            try database.create(table: "group", options: .strict) { table in
                table.primaryKey("name", .text)
                table.column("properties", .text).notNull()
            }
            try database.create(table: "member", options: .strict) { table in
                table.column("groupName", .text).notNull()
                table.column("account", .text).notNull().indexed()
                table.primaryKey(["groupName", "account"])
            }
            try database.create(table: "notice", options: .strict) { table in
                table.autoIncrementedPrimaryKey("id")
                table.column("text", .text).notNull()
                table.column("author", .text).notNull()
                table.column("made", .real).notNull()
                table.column("until", .real)
            }
        }
        migrator.registerMigration("levels of notices") { database in
            try database.alter(table: "notice") { $0.add(column: "level", .text).notNull().defaults(to: "info") }
        }
        migrator.registerMigration("3: tokens of a log-in, openings, shares") { database in
            try database.alter(table: "token") { $0.add(column: "session", .text) }
            try database.create(table: "opening", options: .strict) { table in
                table.autoIncrementedPrimaryKey("id")
                table.column("account", .text).notNull()
                table.column("session", .text).notNull()
                table.column("owner", .text).notNull()
                table.column("server", .text).notNull()
                table.column("reason", .text).notNull()
                table.column("made", .real).notNull()
                table.column("until", .real).notNull()
            }
            try database.create(table: "share", options: .strict) { table in
                table.column("owner", .text).notNull()
                table.column("server", .text).notNull()
                table.column("isGroup", .integer).notNull()
                table.column("recipient", .text).notNull()
                table.column("scopes", .text).notNull()
                table.column("created", .real).notNull()
                table.primaryKey(["owner", "server", "isGroup", "recipient"])
            }
            try database.create(table: "shareCode", options: .strict) { table in
                table.autoIncrementedPrimaryKey("id")
                table.column("digest", .blob).notNull().unique()
                table.column("owner", .text).notNull().indexed()
                table.column("server", .text).notNull()
                table.column("scopes", .text).notNull()
                table.column("created", .real).notNull()
                table.column("expires", .real).notNull()
                table.column("exchanges", .integer).notNull()
                table.column("lastExchange", .real)
            }
        }
        ProposalsSchema.register(in: &migrator)
        return migrator
    }
}
