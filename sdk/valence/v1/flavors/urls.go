package flavors

func listPath() []string { return []string{"flavors"} }

func itemPath(id string) []string { return []string{"flavors", id} }
