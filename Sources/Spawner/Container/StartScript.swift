/// The first program of a server's container.
enum StartScript {
    /// How it ends where there is no Jupyter (`EX_CONFIG` of `sysexits.h`), and what it writes before.
    static let noJupyterStatus = 78
    static let noJupyterMark = "berth: no jupyter"
    static let noSingleuserMark = "berth: no jupyterhub-singleuser"

    /// The choice of Jupyter: the environment's, when it has JupyterLab or the image has none;
    /// else the image's, with the environment as its kernel. Where the profile wants
    /// `jupyterhub-singleuser` it is that one and no other.
    static let text = #"""
        #!/bin/sh
        # Starts Jupyter: from the environment, or from the image with the environment as a kernel.

        # Activation scripts of packages are often written for bash.
        if [ -z "$BASH_VERSION" ] && command -v bash >/dev/null 2>&1; then
            exec bash "$0" "$@"
        fi
        here=/opt/berth/server

        # The image may lack the account's shell.
        for shell in "$SHELL" /bin/bash /bin/sh; do
            case ${shell##*/} in false | nologin) continue ;; esac
            if [ -x "$shell" ]; then
                SHELL=$shell
                break
            fi
        done
        unset shell
        export SHELL

        mkdir -p -m 700 "$JUPYTER_RUNTIME_DIR"
        JUPYTER_CONFIG_PATH=$here/jupyter${JUPYTER_CONFIG_PATH:+:$JUPYTER_CONFIG_PATH}
        JUPYTER_PREFER_ENV_PATH=1
        export JUPYTER_CONFIG_PATH JUPYTER_PREFER_ENV_PATH

        image_lab=$(command -v jupyter-lab)
        image_server=$(command -v jupyter-server)
        environment=$(sed -n "s/^CONDA_PREFIX='\(.*\)'$/\1/p" "$here/activate")

        run_environment() {
            . "$here/activate"
            exec "$environment/bin/$1"
        }

        # The server keeps the image's paths; kernels and terminals are activated one by one.
        run_image() {
            if [ -f "$here/kernel/kernels/python3/kernel.json" ] && ls "$environment"/lib/python*/site-packages/ipykernel >/dev/null 2>&1; then
                JUPYTER_PATH=$here/kernel${JUPYTER_PATH:+:$JUPYTER_PATH}
                BERTH_KERNEL=environment
                export JUPYTER_PATH BERTH_KERNEL
            fi
            exec "$1"
        }

        if [ -n "$BERTH_SINGLEUSER" ]; then
            image_singleuser=$(command -v jupyterhub-singleuser)
            if [ -n "$environment" ] && [ -x "$environment/bin/jupyterhub-singleuser" ]; then run_environment jupyterhub-singleuser; fi
            if [ -n "$image_singleuser" ]; then run_image "$image_singleuser"; fi
            echo "berth: no jupyterhub-singleuser" >&2
            exit 78
        fi
        if [ -n "$environment" ] && [ -x "$environment/bin/jupyter-lab" ]; then run_environment jupyter-lab; fi
        if [ -n "$image_lab" ]; then run_image "$image_lab"; fi
        if [ -n "$environment" ] && [ -x "$environment/bin/jupyter-server" ]; then run_environment jupyter-server; fi
        if [ -n "$image_server" ]; then run_image "$image_server"; fi
        echo "berth: no jupyter" >&2
        exit 78
        """# + "\n"
}

/// Runs its arguments in the environment.
enum ActivatedScript {
    static let text = #"""
        #!/bin/sh
        if [ -z "$BASH_VERSION" ] && command -v bash >/dev/null 2>&1; then
            exec bash "$0" "$@"
        fi
        # A server that runs from the environment has activated it already.
        [ -n "$CONDA_PREFIX" ] && [ "$BERTH_ACTIVATED" = "$CONDA_PREFIX" ] || . /opt/berth/server/activate
        exec "$@"
        """# + "\n"
}
