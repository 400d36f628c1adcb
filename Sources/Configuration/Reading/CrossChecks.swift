import YAML

extension BerthConfiguration {
    /// What no single key can say: values that must fit each other. `root` is the document, for the places.
    func checkTogether(_ root: Node?, _ reading: inout Reading) {
        if runtime.utf8.count > 60 {
            reading.report(
                "“runtime” is \(runtime.utf8.count) bytes long; a Unix socket below it would have no room for its name.",
                "Choose a path of at most 60 bytes.", at: root?["runtime"]?.mark)
        }
        if gateway.session.idle > gateway.session.absolute {
            reading.report(
                "“gateway.session.idle” is longer than “gateway.session.absolute”, so it would never take effect.",
                "Make it shorter.", at: root?["gateway"]?["session"]?["idle"]?.mark ?? root?["gateway"]?.mark)
        }
        if environments.builderUID == environments.pipUID {
            reading.report(
                "“environments.builder_uid” and “environments.pip_uid” are the same, so code of a package could change the packages of everybody.",
                "Use two UIDs that nobody has.", at: root?["environments"]?.mark)
        }
        for (key, uid) in [("builder_uid", environments.builderUID), ("pip_uid", environments.pipUID)] where uid == environments.gitUID {
            reading.report(
                "“environments.git_uid” and “environments.\(key)” are the same, so what runs in a build could change the recipes of everybody.",
                "Use two UIDs that nobody has.", at: root?["environments"]?.mark)
        }
        checkRegistries(root?["images"]?["registries"], &reading)
        checkAttestations(root?["environments"]?["attestations"], &reading)
        checkProfiles(root?["profiles"], &reading)
        checkLimits(root?["limits"], &reading)
        checkServices(root?["services"], &reading)
        checkRoles(root?["roles"], &reading)
        checkWatch(root?["watch"], &reading)
        checkMounts(shared, root?["shared"], "shared", &reading)
        checkMounts(environments.mounts, root?["environments"]?["mounts"], "environments.mounts", &reading)
    }

    private func checkRegistries(_ node: Node?, _ reading: inout Reading) {
        var hosts: [RegistryHost] = []
        for (index, entry) in registries.enumerated() {
            let item = node?.sequence?[index]
            for (key, value, example) in [
                ("registry", entry.registry, "registry.example.org"), ("user", entry.user, "berth"),
                ("password_file", entry.passwordFile, "/etc/berth/registry.secret"),
            ] where value.isEmpty && item?[key] == nil {
                reading.report("“images.registries[\(index)]” has no “\(key)”.", "Write “\(key): \(example)”.", at: item?.mark)
            }
            let host = RegistryHost(name: entry.registry)
            if !entry.registry.isEmpty, hosts.contains(host) {
                reading.report(
                    "There are two entries of “images.registries” for “\(host.name)”.", "Keep one.",
                    at: item?["registry"]?.mark ?? item?.mark)
            }
            hosts.append(host)
        }
    }

    private func checkWatch(_ node: Node?, _ reading: inout Reading) {
        for (index, webhook) in watch.webhooks.enumerated() where webhook.url.isEmpty && node?["webhooks"]?.sequence?[index]["url"] == nil {
            reading.report(
                "“watch.webhooks[\(index)]” has no “url”.", "Write “url: https://…”.", at: node?["webhooks"]?.sequence?[index].mark)
        }
        if watch.mail.server != nil, watch.mail.to.isEmpty {
            reading.report(
                "“watch.mail” has a server and nobody to write to.", "Write “to: [team@example.org]”.", at: node?["mail"]?.mark)
        }
    }

    private func checkAttestations(_ node: Node?, _ reading: inout Reading) {
        for (index, rule) in environments.attestations.enumerated() {
            let item = node?.sequence?[index]
            for (key, value, example) in [
                ("channel", rule.channel, "conda-forge"), ("identity", rule.identity, "\"https://github.com/OWNER/REPOSITORY/*\""),
            ] where value.isEmpty && item?[key] == nil {
                reading.report(
                    "“environments.attestations[\(index)]” has no “\(key)”.", "Write “\(key): \(example)”.", at: item?.mark)
            }
        }
    }

    private func checkProfiles(_ node: Node?, _ reading: inout Reading) {
        if profiles.isEmpty {
            reading.report("“profiles” is empty, so nobody could start a server.", "Write at least one profile.", at: node?.mark)
        }
        var names: Set<String> = []
        for (index, profile) in profiles.enumerated() {
            let item = node?.sequence?[index]
            if !names.insert(profile.name).inserted {
                reading.report(
                    "There are two profiles with the name “\(profile.name)”.", "Give each its own “name”.",
                    at: item?["name"]?.mark ?? item?.mark)
            }
            if !allows(image: profile.image) {
                reading.report(
                    "The profile “\(profile.name)” uses the image “\(profile.image)”, which “images.allowed” does not allow.",
                    "Add it there, or choose one of: \(allowedImages.joined(separator: ", ")).",
                    at: item?["image"]?.mark ?? item?.mark)
            }
        }
    }

    private func checkLimits(_ node: Node?, _ reading: inout Reading) {
        checkNames(limits.map(\.name), node, "limits", "name: students", &reading)
        for (index, limit) in limits.enumerated() {
            let item = node?.sequence?[index]
            if limit.users.isEmpty, limit.groups.isEmpty, index < limits.count - 1 {
                reading.report(
                    "The limit “\(limit.name)” is for everybody, so the ones after it never count.",
                    "Move it to the end, or give it “users” or “groups”.", at: item?.mark)
            }
        }
    }

    private func checkServices(_ node: Node?, _ reading: inout Reading) {
        checkNames(services.map(\.name), node, "services", "name: grader", &reading)
        for (index, service) in services.enumerated() where service.url == nil && service.tokenDigest == nil {
            reading.report(
                "The service “\(service.name)” has neither “url” nor “token_sha256”, so it could do nothing.",
                "Write the address it listens at, the digest of its token, or both.", at: node?.sequence?[index].mark)
        }
    }

    private func checkRoles(_ node: Node?, _ reading: inout Reading) {
        checkNames(roles.map(\.name), node, "roles", "name: graders", &reading)
        let known = services.map(\.name)
        for (index, role) in roles.enumerated() {
            let item = node?.sequence?[index]
            for service in role.services where !known.contains(service) {
                reading.report(
                    "The role “\(role.name)” is for the service “\(service)”, and “services” has none of that name.",
                    nearest(to: service, in: known).map { "Did you mean “\($0)”?" } ?? "Add it there.", at: item?["services"]?.mark)
            }
        }
    }

    /// Every entry has a name, and its own.
    private func checkNames(_ list: [String], _ node: Node?, _ key: String, _ example: String, _ reading: inout Reading) {
        var names: Set<String> = []
        for (index, name) in list.enumerated() {
            let item = node?.sequence?[index]
            if name.isEmpty {
                if item?["name"] == nil { reading.report("“\(key)[\(index)]” has no “name”.", "Write “\(example)”.", at: item?.mark) }
            } else if !names.insert(name).inserted {
                reading.report(
                    "There are two entries of “\(key)” with the name “\(name)”.", "Give each its own “name”.",
                    at: item?["name"]?.mark ?? item?.mark)
            }
        }
    }

    private func checkMounts(_ mounts: [SharedDirectory], _ node: Node?, _ key: String, _ reading: inout Reading) {
        var targets: Set<String> = []
        for (index, mount) in mounts.enumerated() {
            let item = node?.sequence?[index]
            for (name, value) in [("source", mount.source), ("target", mount.target)]
            where value.isEmpty && item?[name] == nil {
                reading.report("“\(key)[\(index)]” has no “\(name)”.", "Write “\(name): /a/path”.", at: item?.mark)
            }
            if !mount.target.isEmpty, !targets.insert(mount.target).inserted {
                reading.report(
                    "“\(mount.target)” is the target of two entries of “\(key)”.", "Give each its own.",
                    at: item?["target"]?.mark)
            }
        }
    }

    /// Whether `images.allowed` lets a profile name `image`; `*` at the end of a pattern matches any rest.
    public func allows(image: String) -> Bool {
        allowedImages.contains { pattern in
            pattern.hasSuffix("*") ? image.hasPrefix(pattern.dropLast()) : image == pattern
        }
    }
}
