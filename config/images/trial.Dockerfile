ARG BASE
FROM ${BASE}
COPY wheels /wheels
COPY requirements.txt /wheels/
RUN python3 -m venv /opt/jupyter \
    && /opt/jupyter/bin/pip install --no-index --find-links /wheels --requirement /wheels/requirements.txt \
    && rm -rf /wheels \
    && test -x /opt/jupyter/bin/jupyter-lab
ENV PATH=/opt/jupyter/bin:/usr/local/bin:/usr/bin:/bin
