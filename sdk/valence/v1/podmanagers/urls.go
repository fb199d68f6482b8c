package podmanagers

func listPath() []string { return []string{"pod_managers"} }

func itemPath(id string) []string { return []string{"pod_managers", id} }

func poolsPath(id string) []string { return []string{"pod_managers", id, "pools"} }
