ARG BASE
FROM ${BASE}
COPY wheels /wheels
COPY requirements.txt /wheels/
RUN python3 -m venv /opt/builder \
    && /opt/builder/bin/pip install --no-index --find-links /wheels --requirement /wheels/requirements.txt \
    && rm -rf /wheels \
    && /opt/builder/bin/python -c 'import rattler'
ENV PATH=/opt/builder/bin:/usr/local/bin:/usr/bin:/bin
