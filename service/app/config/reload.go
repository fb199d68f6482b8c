package config

import "reflect"

// Changed names the options whose values differ: those that take effect without
// a restart and those that do not, each as [section] name.
func Changed(before, after Config) (reloadable, needRestart []string) {
	for _, o := range Options() {
		switch {
		case reflect.DeepEqual(o.value(&before).Interface(), o.value(&after).Interface()):
		case o.Reloadable:
			reloadable = append(reloadable, o.String())
		default:
			needRestart = append(needRestart, o.String())
		}
	}
	return reloadable, needRestart
}

// Reloaded is running with those options of next that take effect without a
// restart: what a process works with once it has read its configuration again.
func Reloaded(running, next Config) Config {
	origins := map[string]Origin{}
	for _, o := range Options() {
		from := running
		if o.Reloadable {
			from = next
			o.value(&running).Set(o.value(&next))
		}
		if origin, ok := from.origins[o.key()]; ok {
			origins[o.key()] = origin
		}
	}
	running.origins = origins
	return running
}
