# Functions to start and stop a simulated pod with a service. To be sourced.

# stack_start BIN DIR [PODSIM FLAG…] starts both, with all their files in DIR,
# and sets PODSIM_URL and VALENCE_API.
stack_start() {
	bin=$1 dir=$2
	shift 2
	(umask 077 && make_password >"$dir/password")
	PODSIM_PASSWORD=$(cat "$dir/password") "$bin/valence-podsim" --listen 127.0.0.1:0 \
		--address-file "$dir/podsim.url" "$@" 2>"$dir/podsim.log" &
	echo $! >"$dir/pids"
	"$bin/valence-api" --bind-port 0 --data-dir "$dir/data" \
		--address-file "$dir/api.url" 2>"$dir/api.log" &
	echo $! >>"$dir/pids"
	stack_wait "$dir" podsim
	stack_wait "$dir" api
	PODSIM_URL=$(cat "$dir/podsim.url")
	VALENCE_API=$(cat "$dir/api.url")
	cat >"$dir/clouds.yaml" <<-END
		clouds:
		  rsd:
		    auth_type: none
		    auth:
		      endpoint: $VALENCE_API
	END
}

# make_password makes a password up without any program that may be
# missing.
make_password() {
	od -An -N12 -tx1 /dev/urandom | tr -d ' \n'
}

# stack_wait DIR NAME waits until NAME has written its address, and shows its
# log if it ends instead.
stack_wait() {
	tries=300
	while [ ! -s "$1/$2.url" ]; do
		tries=$((tries - 1))
		for pid in $(cat "$1/pids"); do
			kill -0 "$pid" 2>/dev/null || tries=0
		done
		if [ "$tries" -le 0 ]; then
			echo "$2 did not start:" >&2
			cat "$1/$2.log" >&2
			exit 1
		fi
		sleep 0.1
	done
}

# stack_stop DIR ends what stack_start started and removes DIR.
stack_stop() {
	for pid in $(cat "$1/pids" 2>/dev/null); do
		kill "$pid" 2>/dev/null || true
	done
	for pid in $(cat "$1/pids" 2>/dev/null); do
		wait "$pid" 2>/dev/null || while kill -0 "$pid" 2>/dev/null; do sleep 0.1; done
	done
	rm -rf "$1"
}

# stack_keep DIR ENVFILE leaves it running and says how to use it.
stack_keep() {
	cat >"$2" <<-END
		export VALENCE_URL=$VALENCE_API
		export PODSIM_URL=$PODSIM_URL
		export OS_CLIENT_CONFIG_FILE=$1/clouds.yaml
		export OS_CLOUD=rsd
	END
	cat <<-END

		The pod and the service go on running. In your own shell:

		    . ./demo.env
		    bin/valence node create
		    bin/valence --help

		The pod's user is admin, its password is in $1/password.
		The logs are in $1. End it all with: make demo-stop
	END
}
