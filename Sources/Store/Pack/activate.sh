# Source this file: . bin/activate
# It sets the environment up in this shell; “deactivate” takes it back.

if [ -n "${BASH_SOURCE-}" ]; then
    _berth_file=$BASH_SOURCE
elif [ -n "${ZSH_VERSION-}" ]; then
    eval '_berth_file=${(%):-%x}'
else
    # Another shell does not tell where this file is; bin/conda-unpack writes it here.
    read -r _berth_file <<'HERE'
@PREFIX@/bin/activate
HERE
fi

[ -z "${_berth_old_path+set}" ] || deactivate

_berth_old_path=$PATH
_berth_old_prefix=${CONDA_PREFIX-}
CONDA_PREFIX=$(cd "$(dirname "$_berth_file")/.." && pwd)
CONDA_DEFAULT_ENV=$(basename "$CONDA_PREFIX")
PATH=$CONDA_PREFIX/bin:$PATH
export CONDA_PREFIX CONDA_DEFAULT_ENV PATH
unset _berth_file
@SET@

_berth_source() {
    [ -z "${ZSH_VERSION-}" ] || setopt local_options null_glob
    for _berth_script in "$CONDA_PREFIX/etc/conda/$1"/*.sh; do
        [ ! -r "$_berth_script" ] || . "$_berth_script"
    done
    unset _berth_script
}

deactivate() {
    _berth_source deactivate.d
@UNSET@
    PATH=$_berth_old_path
    export PATH
    if [ -n "$_berth_old_prefix" ]; then CONDA_PREFIX=$_berth_old_prefix; else unset CONDA_PREFIX; fi
    unset CONDA_DEFAULT_ENV _berth_old_path _berth_old_prefix
    unset -f deactivate _berth_source
    hash -r 2>/dev/null
}

_berth_source activate.d
hash -r 2>/dev/null
