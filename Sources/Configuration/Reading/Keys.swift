// Every key of berth.yaml, in the order in which it is documented and printed.

extension BerthConfiguration: SettingsSection {
    mutating func visit(_ visitor: inout some SettingsVisitor) {
        visitor.field("state", &state, .path)
        visitor.field("runtime", &runtime, .path)
        visitor.field("static", &staticFiles, .existingPath)
        visitor.section("gateway", &gateway)
        visitor.section("login", &login)
        visitor.section("engine", &engine)
        visitor.section("homes", &homes)
        visitor.sections("shared", &shared, empty: SharedDirectory(source: "", target: ""))
        var images = ImageSettings(allowed: allowedImages, registries: registries)
        visitor.section("images", &images)
        (allowedImages, registries) = (images.allowed, images.registries)
        visitor.sections("profiles", &profiles, empty: ProfileConfiguration())
        visitor.section("servers", &servers)
        visitor.section("gpus", &gpus)
        visitor.sections("limits", &limits, empty: LimitConfiguration())
        visitor.section("environments", &environments)
        visitor.section("hub", &hub)
        visitor.sections("roles", &roles, empty: RoleConfiguration())
        visitor.sections("services", &services, empty: ServiceConfiguration())
        visitor.section("watch", &watch)
        visitor.section("log", &log)
    }
}

/// `images:`.
private struct ImageSettings: SettingsSection {
    var allowed: [String]
    var registries: [RegistryConfiguration]

    mutating func visit(_ visitor: inout some SettingsVisitor) {
        visitor.field("allowed", &allowed, ValueForm<String>.text.list)
        visitor.sections("registries", &registries, empty: RegistryConfiguration())
    }
}

extension RegistryConfiguration: SettingsSection {
    mutating func visit(_ visitor: inout some SettingsVisitor) {
        visitor.field(
            "registry", &registry,
            ValueForm<String>.text.accepting("a host such as registry.example.org or docker.io, without https://") {
                !$0.isEmpty && !$0.contains { $0 == "/" || $0.isWhitespace }
            })
        visitor.field("user", &user, .text)
        visitor.field("password_file", &passwordFile, .path)
    }
}

extension GatewayConfiguration: SettingsSection {
    mutating func visit(_ visitor: inout some SettingsVisitor) {
        visitor.field("user", &user, .text)
        visitor.field("public_url", &publicURL, ValueForm<String>.siteURL.optional)
        visitor.field("listen", &listen, ValueForm<Listener>.listener.list.accepting("at least one listener") { !$0.isEmpty })
        visitor.field("front_ends", &frontEnds, ValueForm<String>.text.list)
        visitor.section("tls", &tls)
        visitor.field("loops", &loops, ValueForm<Int>.int(1...1024).optional)
        visitor.section("session", &session)
        visitor.section("metrics", &metrics)
        visitor.field("drain", &drain, .anyDuration)
        visitor.field("start_timeout", &startTimeout, .duration)
        visitor.field("contact", &contact, ValueForm<String>.contact.optional)
    }
}

extension TLSConfiguration: SettingsSection {
    mutating func visit(_ visitor: inout some SettingsVisitor) {
        visitor.field("certificate", &certificate, .existingPath)
        visitor.field("key", &key, .existingPath)
        visitor.field("hsts", &hsts, ValueForm<Double>.duration.wholeSeconds.optional)
    }
}

extension MetricsConfiguration: SettingsSection {
    mutating func visit(_ visitor: inout some SettingsVisitor) {
        visitor.field("allow", &allow, ValueForm<String>.address.list)
    }
}

extension SessionConfiguration: SettingsSection {
    mutating func visit(_ visitor: inout some SettingsVisitor) {
        visitor.field("idle", &idle, .duration)
        visitor.field("absolute", &absolute, .duration)
    }
}

extension LoginConfiguration: SettingsSection {
    mutating func visit(_ visitor: inout some SettingsVisitor) {
        visitor.field("service", &service, .name)
        visitor.field("form", &form, .choice)
        visitor.field("deadline", &deadline, .duration)
        visitor.field("failure_delay", &failureDelay, .anyDuration)
        visitor.field("open_session", &openSession, .bool)
        visitor.field("set_credentials", &setCredentials, .bool)
        visitor.field("min_uid", &minUID, .uid)
        visitor.field("allowed_groups", &allowedGroups, ValueForm<String>.text.list)
        visitor.field("admin_groups", &adminGroups, ValueForm<String>.text.list)
        visitor.field("refused_shells", &refusedShells, ValueForm<String>.text.list)
        visitor.field("attempts_per_account", &attemptsPerAccount, .int(1...1_000_000))
        visitor.field("attempts_per_address", &attemptsPerAddress, .int(1...1_000_000))
        visitor.field("attempt_window", &attemptWindow, .duration)
    }
}

extension EngineConfiguration: SettingsSection {
    mutating func visit(_ visitor: inout some SettingsVisitor) {
        visitor.field("socket", &socket, .path)
        visitor.field("network", &network, .text)
        visitor.field("variables", &variables, .variables)
        visitor.field("log_size", &logSize, .size)
    }
}

extension HomeConfiguration: SettingsSection {
    mutating func visit(_ visitor: inout some SettingsVisitor) {
        visitor.field(
            "source", &source,
            // What is in a home its owner can make a link, and the engine, which is root, would follow it.
            ValueForm<String>.path.accepting("a path where nothing follows {home}, such as {home} or /srv/homes/{user}") {
                !$0.contains("{home}") || $0.hasSuffix("{home}")
            })
        visitor.field("create", &create, .bool)
    }
}

extension SharedDirectory: SettingsSection {
    mutating func visit(_ visitor: inout some SettingsVisitor) {
        visitor.field("source", &source, .path)
        visitor.field("target", &target, .containerPath)
        visitor.field("read_only", &readOnly, .bool)
    }
}

extension ProfileConfiguration: SettingsSection {
    mutating func visit(_ visitor: inout some SettingsVisitor) {
        visitor.field("name", &name, .name)
        visitor.field("title", &title, ValueForm<String>.text.optional)
        visitor.field("description", &description, .anyText)
        visitor.field("image", &image, .text)
        visitor.field("cpus", &cpus, ValueForm<Double>.positive.optional)
        visitor.field("memory", &memory, ValueForm<Int>.size.optional)
        visitor.field("shared_memory", &sharedMemory, .size)
        visitor.field("pids", &pids, .int(16...4_194_304))
        visitor.field("server", &server, .choice)
        visitor.field("gpus", &gpus, .gpus)
        visitor.field("gpu_sharing", &gpuSharing, ValueForm<GPUSharing>.choice.optional)
        visitor.field("variables", &variables, .variables)
        visitor.field("groups", &groups, ValueForm<String>.text.list)
        visitor.section("cull", &cull)
    }
}

extension EnvironmentConfiguration: SettingsSection {
    mutating func visit(_ visitor: inout some SettingsVisitor) {
        visitor.field("builder_image", &builderImage, .text)
        visitor.field("channels", &channels, ValueForm<String>.text.list)
        visitor.field(
            "channel_alias", &channelAlias,
            ValueForm<String>.text.accepting("a URL with {name} in it, such as https://conda.anaconda.org/{name}") {
                $0.contains("{name}")
            })
        visitor.field(
            "virtual_packages", &virtualPackages,
            ValueForm<String>.text.accepting("a virtual package such as __cuda=12.8") { $0.hasPrefix("__") }.list)
        visitor.field("builder_uid", &builderUID, .uid)
        visitor.field("pip_uid", &pipUID, .uid)
        visitor.field("git_uid", &gitUID, .uid)
        visitor.field("layers", &layers, .bool)
        visitor.field("cpus", &cpus, ValueForm<Double>.positive.optional)
        visitor.field("memory", &memory, ValueForm<Int>.size.optional)
        visitor.field("timeout", &timeout, .duration)
        visitor.section("builds_at_once", &buildsAtOnce)
        visitor.field("solver_waits", &solverWaits, .solverWaits)
        visitor.field("network", &network, .text)
        visitor.sections("mounts", &mounts, empty: SharedDirectory(source: "", target: "", readOnly: true))
        visitor.field("variables", &variables, .variables)
        visitor.field("pip_hosts", &pipHosts, ValueForm<String>.hostPattern.list)
        visitor.field("git_private_addresses", &gitPrivateAddresses, .bool)
        visitor.sections("attestations", &attestations, empty: AttestationRule())
        visitor.field(
            "sigstore_root", &sigstoreRoot,
            ValueForm<String>.text.accepting("update, embedded, or the absolute path of a trusted_root.json") {
                $0 == "update" || $0 == "embedded" || $0.hasPrefix("/")
            })
        visitor.field("keep_versions", &keepVersions, .int(1...10_000))
        visitor.field("keep_age", &keepAge, .duration)
        visitor.field("collect", &collect, .intervalOrOff)
        visitor.field("quota", &quota, ValueForm<Int>.size.optional)
    }
}

extension AttestationRule: SettingsSection {
    mutating func visit(_ visitor: inout some SettingsVisitor) {
        visitor.field("channel", &channel, .text)
        visitor.field("mode", &mode, .choice)
        visitor.field("identity", &identity, .text)
        visitor.field(
            "issuer", &issuer,
            ValueForm<String>.text.accepting("a URL such as https://token.actions.githubusercontent.com") { $0.hasPrefix("https://") }
                .optional)
        visitor.field("target", &target, ValueForm<String>.text.optional)
    }
}

extension BuildsAtOnce: SettingsSection {
    mutating func visit(_ visitor: inout some SettingsVisitor) {
        visitor.field("account", &account, .int(1...1000))
        visitor.field("host", &host, .int(1...1000))
    }
}

extension LogConfiguration: SettingsSection {
    mutating func visit(_ visitor: inout some SettingsVisitor) {
        visitor.field("level", &level, .choice)
        visitor.field("format", &format, .choice)
    }
}
