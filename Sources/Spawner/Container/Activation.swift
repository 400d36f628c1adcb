/// What `conda activate` would do, as a shell script to be read by others: path, variables,
/// the packages' own scripts. Nothing but a comment where there is no environment.
struct Activation {
    let text: String

    init(_ environment: EnvironmentMount?) {
        guard let environment else {
            text = "# The image's own environment.\n"
            return
        }
        var lines = [
            "CONDA_PREFIX=\(environment.containerPath.quoted)",
            "CONDA_DEFAULT_ENV=\(environment.name.quoted)",
            "CONDA_SHLVL=1",
            "BERTH_ACTIVATED=$CONDA_PREFIX",
            // So that a result can say what made it.
            "BERTH_ENVIRONMENT=\(environment.name.quoted)",
            "BERTH_ENVIRONMENT_VERSION=\(environment.version.quoted)",
            "BERTH_ENVIRONMENT_BUILD=\(environment.hash.quoted)",
            #"PATH="$CONDA_PREFIX/bin:$PATH""#,
            "export CONDA_PREFIX CONDA_DEFAULT_ENV CONDA_SHLVL PATH",
            "export BERTH_ACTIVATED BERTH_ENVIRONMENT BERTH_ENVIRONMENT_VERSION BERTH_ENVIRONMENT_BUILD",
        ]
        for (name, value) in environment.variables.sorted(by: { $0.key < $1.key }) where name.isVariableName {
            lines.append("export \(name)=\(value.quoted)")
        }
        lines.append(
            #"""
            for script in "$CONDA_PREFIX"/etc/conda/activate.d/*.sh; do
                [ -r "$script" ] || continue
                # A script for another shell would end this one.
                if /bin/sh -n "$script" 2>/dev/null || [ -n "$BASH_VERSION" ]; then
                    . "$script"
                else
                    echo "berth: $script needs bash, which the image does not have" >&2
                fi
            done
            unset script
            """#)
        text = lines.joined(separator: "\n") + "\n"
    }
}

extension String {
    /// In single quotes for a POSIX shell.
    fileprivate var quoted: String { "'" + replacing("'", with: #"'\''"#) + "'" }

    fileprivate var isVariableName: Bool { wholeMatch(of: /[A-Za-z_][A-Za-z0-9_]*/) != nil }
}
