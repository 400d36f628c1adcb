// swift-tools-version:6.2
import PackageDescription

let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

let metrics = Target.Dependency.product(name: "Metrics", package: "swift-metrics")

let package = Package(
    name: "berth",
    products: [.executable(name: "berth", targets: ["berth"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.7.0"),
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.0"),
    ],
    targets: [
        // The system's libraries: a module map and shims, nothing else.
        .systemLibrary(name: "CPAM", providers: [.apt(["libpam0g-dev"])]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        .systemLibrary(name: "CLinux"),
        .target(name: "PAM", dependencies: ["CPAM", "Secrets"]),
        .target(name: "TLS", dependencies: ["COpenSSL"]),
        .target(name: "YAML", dependencies: ["CYAML", "Phrases"]),
        .target(name: "Curl", dependencies: ["CCurl"]),
        .target(name: "Zstd", dependencies: ["CZstd"]),

        // Both halves.
        .target(name: "Phrases"),
        .target(name: "Secrets"),
        .target(name: "UnixSockets", dependencies: ["CLinux"]),
        .target(name: "UntrustedFiles", dependencies: ["UnixSockets"]),
        .target(name: "Processes", dependencies: ["CLinux", "UnixSockets"]),
        .target(name: "Configuration", dependencies: ["YAML"]),
        .target(name: "LauncherProtocol", dependencies: ["Phrases", "Secrets", "UnixSockets", logging]),
        .target(name: "Environments", dependencies: ["Phrases", "YAML", "TLS", "TOMLKit"]),

        .target(name: "Checks", dependencies: ["Phrases", "Environments", "LauncherProtocol"]),

        // The launcher (root).
        .target(name: "NSS", dependencies: ["CLinux", "LauncherProtocol"]),
        .target(name: "Docker", dependencies: ["Phrases", "Curl", logging]),
        .target(name: "Egress", dependencies: ["Phrases", "UnixSockets", "CLinux"]),
        .target(
            name: "Store",
            dependencies: [
                "Phrases", "Environments", "Configuration", "LauncherProtocol", "TLS", "Processes", "UnixSockets", "UntrustedFiles",
                "Egress", "Zstd",
                "CLinux",
                logging,
            ],
            // Runs in containers; part of the binary.
            resources: [
                .embedInCode("Builder/attestations.py"), .embedInCode("Builder/builder.py"), .embedInCode("Builder/channels.py"),
                .embedInCode("Builder/compiling.py"), .embedInCode("Builder/conflict.py"), .embedInCode("Builder/describing.py"),
                .embedInCode("Builder/fetching.py"), .embedInCode("Builder/foreign.py"), .embedInCode("Builder/importing.py"),
                .embedInCode("Builder/imports.py"), .embedInCode("Builder/installing.py"), .embedInCode("Builder/pips.py"),
                .embedInCode("Builder/records.py"),
                .embedInCode("Builder/relay.py"), .embedInCode("Builder/solving.py"), .embedInCode("Builder/telling.py"),
                // Goes into archives.
                .embedInCode("Pack/activate.sh"), .embedInCode("Pack/conda_unpack.py"),
            ]),
        .target(
            name: "Logins",
            dependencies: [
                "PAM", "NSS", "Secrets", "UnixSockets", "Processes", "Configuration", "LauncherProtocol", "CLinux", logging,
            ]),
        .target(
            name: "Spawner",
            dependencies: ["Phrases", "Docker", "TLS", "UnixSockets", "UntrustedFiles", "Configuration", "LauncherProtocol", logging]),
        .target(
            name: "Launcher",
            dependencies: [
                "Phrases", "Logins", "Spawner", "Store", "Docker", "NSS", "Processes", "UnixSockets", "Configuration", "LauncherProtocol",
                logging,
            ]),

        // The gateway (nobody in particular).
        .target(name: "Accounts", dependencies: [.product(name: "GRDB", package: "GRDB.swift"), "TLS", logging]),
        .target(name: "Audit", dependencies: ["TLS", "UnixSockets", logging]),
        .target(name: "Metering", dependencies: [metrics]),
        .target(
            name: "Watch",
            dependencies: ["Accounts", "Curl", "Zstd", "Environments", "Configuration", "LauncherProtocol", "TLS", logging]),
        .target(name: "Servers", dependencies: ["Phrases", "LauncherProtocol", "UnixSockets", "CLinux", logging]),
        .target(name: "Reactor", dependencies: ["CLinux"]),
        .target(name: "Proxy", dependencies: ["Reactor", "TLS", "UnixSockets", logging]),
        .target(
            name: "Hub",
            dependencies: [
                "Phrases", "Accounts", "Audit", "Metering", "Servers", "Configuration", "LauncherProtocol", "Environments", "Checks",
                "Secrets",
                "UnixSockets",
                "TLS", logging,
                metrics,
                .product(name: "Hummingbird", package: "hummingbird", moduleAliases: ["Configuration": "SwiftConfiguration"]),
                .product(name: "Mustache", package: "swift-mustache"),
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
            ]),

        .executableTarget(
            name: "berth",
            dependencies: [
                "CLinux", "Curl", "Environments", "Checks", "Logins", "Store", "Launcher", "Accounts", "Audit", "Metering", "Watch",
                "Servers", "Hub",
                "Proxy",
                "Configuration",
                "LauncherProtocol",
                "Phrases", "UnixSockets", arguments, logging,
            ]),

        .testTarget(name: "ArchitectureTests"),
        .testTarget(name: "PhrasesTests", dependencies: ["Phrases"]),
        .testTarget(name: "PAMTests", dependencies: ["PAM", "TestHost"]),
        .testTarget(name: "TLSTests", dependencies: ["TLS"]),
        .testTarget(name: "YAMLTests", dependencies: ["YAML"]),
        .testTarget(name: "CurlTests", dependencies: ["Curl"], exclude: ["server.py", "smtp.py"]),
        .testTarget(name: "ZstdTests", dependencies: ["Zstd"]),
        .testTarget(name: "UnixSocketsTests", dependencies: ["UnixSockets", "Secrets"]),
        .testTarget(name: "UntrustedFilesTests", dependencies: ["UntrustedFiles", "CLinux"]),
        .testTarget(name: "ConfigurationTests", dependencies: ["Configuration"]),
        .testTarget(name: "LauncherProtocolTests", dependencies: ["LauncherProtocol"]),
        .testTarget(name: "EnvironmentsTests", dependencies: ["Environments"], exclude: ["lock-tools.sh"]),
        .testTarget(name: "DockerTests", dependencies: ["Docker"], exclude: ["registry.py"]),
        .testTarget(name: "EgressTests", dependencies: ["Egress"]),
        .testTarget(name: "StoreTests", dependencies: ["Store", "Egress", "TLS"]),
        .testTarget(name: "NSSTests", dependencies: ["NSS", "TestHost"]),
        .testTarget(name: "LoginsTests", dependencies: ["Logins", "TestHost", "pam-keeper-fixture"]),
        .target(name: "TestHost", path: "Tests/Fixtures/TestHost"),
        .executableTarget(name: "pam-keeper-fixture", dependencies: ["Logins"], path: "Tests/Fixtures/pam-keeper"),
        .testTarget(
            name: "SpawnerTests", dependencies: ["Spawner", "Docker", "Curl", "Configuration", "LauncherProtocol"], exclude: ["forward.py"]),
        .testTarget(name: "LauncherTests", dependencies: ["Launcher", "Store", "Docker", "Logins", "Environments", "TestHost"]),
        .testTarget(name: "AccountsTests", dependencies: ["Accounts"]),
        .testTarget(name: "AuditTests", dependencies: ["Audit"]),
        .testTarget(name: "MeteringTests", dependencies: ["Metering"]),
        .testTarget(name: "WatchTests", dependencies: ["Watch", "Configuration"], exclude: ["upstream.py"]),
        .testTarget(name: "ServersTests", dependencies: ["Servers"]),
        .testTarget(name: "ReactorTests", dependencies: ["Reactor"]),
        .testTarget(name: "ProxyTests", dependencies: ["Proxy"]),
        .testTarget(name: "ChecksTests", dependencies: ["Checks"]),
        .testTarget(name: "HubTests", dependencies: ["Hub"]),
    ],
    swiftLanguageModes: [.v6]
)
