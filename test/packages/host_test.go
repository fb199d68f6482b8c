package packages

// What the pages of the operator's guide suppose.

// installed installs the packages.
func (h *host) installed() {
	h.t.Helper()
	h.script("dpkg --install /root/*.deb")
}

// started starts the service, with a log and a cloud in which it is found.
func (h *host) started() {
	h.t.Helper()
	h.installed()
	h.script(`printf '[DEFAULT]\nlog_file = /var/log/valence/valence-api.log\n' > /etc/valence/valence.conf.d/10-log.conf
mkdir -p /etc/openstack
printf 'clouds: {here: {auth_type: none, auth: {endpoint: "http://127.0.0.1:8181"}}}\n' > /etc/openstack/clouds.yaml
systemctl enable --now valence-api
curl --silent --retry 20 --retry-connrefused http://127.0.0.1:8181/healthz`)
	h.env = append(h.env, "OS_CLOUD=here")
}

// pod registers a simulated pod manager.
func (h *host) pod(name, port string, flags ...string) {
	h.t.Helper()
	const script = `name=$1 port=$2; shift 2
valence-podsim --listen 127.0.0.1:$port "$@" >/dev/null 2>&1 &
curl --silent --retry 20 --retry-connrefused http://127.0.0.1:$port/redfish >/dev/null
export OS_CLOUD=here VALENCE_PODMANAGER_PASSWORD=admin
valence podmanager create $name http://127.0.0.1:$port --auth username=admin`
	h.Run("root", append([]string{"sh", "-e", "-c", script, "sh", name, port}, flags...)...)
}

// troubled has a store that is full, and a pod manager that assembles nothing.
// A chain of authorities is the largest that a record can have.
func (h *host) troubled() {
	h.t.Helper()
	h.started()
	h.pod("pod-1", "8443", "--fault", "POST /redfish/v1/Nodes/*/Actions/ComposedNode.Assemble status=500")
	h.pod("pod-2", "8444")
	h.script(`printf '[etcd]\nquota = 16777216\n' > /etc/valence/valence.conf.d/20-quota.conf
systemctl restart valence-api
curl --silent --retry 20 --retry-connrefused http://127.0.0.1:8181/healthz
chain=$(head -c 60000 /etc/ssl/certs/ca-certificates.crt | tac | sed -n '/-----END/,$p' | tac | sed 's/$/\\n/' | tr -d '\n')
printf '{"ca_certificate": "%s"}' "$chain" > /tmp/chain
until curl --silent --request PATCH --header 'Content-Type: application/json' --data @/tmp/chain \
	http://127.0.0.1:8181/v1/pod_managers/pod-1 | grep -q 'store is full'; do :; done`)
}
