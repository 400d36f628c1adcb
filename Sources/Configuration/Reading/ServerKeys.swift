// The keys of berth.yaml about the life of servers.

extension ServersConfiguration: SettingsSection {
    mutating func visit(_ visitor: inout some SettingsVisitor) {
        visitor.field("named_limit", &namedLimit, .int(0...1000))
        visitor.section("cull", &cull)
    }
}

extension CullConfiguration: SettingsSection {
    mutating func visit(_ visitor: inout some SettingsVisitor) {
        visitor.field("after", &after, ValueForm<Double>.duration.optional)
        visitor.field("max_age", &maxAge, ValueForm<Double>.duration.optional)
        visitor.field("warning", &warning, .anyDuration)
        visitor.field("interval", &interval, .duration)
        visitor.field("connections", &countsConnections, .bool)
    }
}

extension CullOverride: SettingsSection {
    mutating func visit(_ visitor: inout some SettingsVisitor) {
        visitor.field("after", &after, .cullTime)
        visitor.field("max_age", &maxAge, .cullTime)
    }
}

extension GPUConfiguration: SettingsSection {
    mutating func visit(_ visitor: inout some SettingsVisitor) {
        visitor.field("devices", &devices, ValueForm<String>.text.list)
        visitor.field("command", &command, .text)
    }
}

extension LimitConfiguration: SettingsSection {
    mutating func visit(_ visitor: inout some SettingsVisitor) {
        visitor.field("name", &name, .name)
        visitor.field("users", &users, ValueForm<String>.text.list)
        visitor.field("groups", &groups, ValueForm<String>.text.list)
        var one = OneServer(limits: oneServer)
        visitor.section("one_server", &one)
        oneServer = one.limits
        visitor.section("each", &each)
        visitor.section("together", &together)
        visitor.field("gpu_devices", &gpuDevices, ValueForm<String>.text.list.optional)
        visitor.section("cull", &cull)
        visitor.field("environment_quota", &environmentQuota, ValueForm<Int>.size.optional)
    }
}

/// `one_server:`; how many servers one server is needs no key.
private struct OneServer: SettingsSection {
    var limits: ResourceLimits

    mutating func visit(_ visitor: inout some SettingsVisitor) {
        limits.visitResources(&visitor)
    }
}

extension ResourceLimits: SettingsSection {
    mutating func visit(_ visitor: inout some SettingsVisitor) {
        visitor.field("servers", &servers, ValueForm<Int>.int(0...1_000_000).optional)
        visitResources(&visitor)
    }

    fileprivate mutating func visitResources(_ visitor: inout some SettingsVisitor) {
        visitor.field("memory", &memory, ValueForm<Int>.size.optional)
        visitor.field("cpus", &cpus, ValueForm<Double>.positive.optional)
        visitor.field("gpus", &gpus, ValueForm<Int>.int(0...1_000_000).optional)
    }
}
