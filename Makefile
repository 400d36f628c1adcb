# Two commands do everything on a fresh Debian 12 with Swift and root:
#   make run    a working Berth on https://localhost:8443 with a demo account
#   make test   every test, on a real engine, with real accounts and a real browser
# And one measures: make benchmark, Berth beside its peers, as ratios.
.PHONY: run test benchmark build format clean

# Where slow things are kept between runs, outside the checkout, keyed by content.
export BERTH_CACHE ?= /var/cache/berth

run:
	config/setup/packages.sh run
	config/setup/engine.sh
	swift build -c release --product berth
	config/images/build.sh trial
	config/images/build.sh builder
	config/setup/trial.sh

test:
	config/setup/packages.sh test
	config/setup/engine.sh
	Tests/run.sh

benchmark:
	config/setup/packages.sh benchmark
	config/setup/engine.sh
	Benchmarks/run.sh

build:
	config/setup/packages.sh build
	swift build -c release --product berth

format:
	swift format --in-place --recursive Package.swift Sources Tests

clean:
	rm -rf .build artifacts
