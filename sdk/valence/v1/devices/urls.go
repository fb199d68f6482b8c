package devices

func listPath() []string { return []string{"devices"} }

func itemPath(id string) []string { return []string{"devices", id} }

func syncPath() []string { return []string{"devices", "sync"} }
