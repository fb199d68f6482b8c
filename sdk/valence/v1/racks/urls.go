package racks

func listPath() []string { return []string{"racks"} }

func itemPath(id string) []string { return []string{"racks", id} }
