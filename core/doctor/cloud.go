package doctor

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"

	"github.com/valence-rsd/valence/core/cloud"
)

const whence = "valence configuration show --origin says where each value comes from"

// lookAtCloud tells which cloud is used, and what is odd about its settings.
func (v *visit) lookAtCloud(context.Context) Finding {
	if v.broken != nil {
		return failure(v.broken, whence)
	}
	if len(v.cloud.Warnings) > 0 {
		return warning(v.which()+"; "+strings.Join(v.cloud.Warnings, "; "), whence)
	}
	return ok(v.which())
}

// which is the cloud, with the files and variables that it was made of.
func (v *visit) which() string {
	var from []string
	for _, o := range v.cloud.Origins {
		if o.Name != "" && o.Kind != cloud.Inferred && !slices.Contains(from, o.Name) {
			from = append(from, o.Name)
		}
	}
	slices.Sort(from)
	return fmt.Sprintf("%s, from %s", v.cloud, cmp.Or(strings.Join(from, ", "), "defaults only"))
}

// lookAtSecrets looks for files with secrets of any cloud that others may read.
func (v *visit) lookAtSecrets(context.Context) Finding {
	all, _, err := cloud.All(v.Cloud)
	if err != nil {
		return skipped("the clouds cannot be read, see cloud")
	}
	files := secretFiles(all)
	open := slices.DeleteFunc(slices.Clone(files), func(path string) bool { return !readable(path) })
	switch {
	case len(open) > 0:
		return warning("others may read "+strings.Join(open, ", ")+", with secrets in it", "chmod go-r "+strings.Join(open, " "))
	case len(files) == 0:
		return ok("no file holds a secret")
	}
	return ok("only you may read " + strings.Join(files, ", "))
}

// secretFiles are the files from which a secret comes: a value that is shown
// masked.
func secretFiles(clouds []*cloud.Resolved) []string {
	var files []string
	for _, c := range clouds {
		plain, masked := c.Show(true), c.Show(false)
		for key, o := range c.Origins {
			written := o.Kind == cloud.FromFile || o.Kind == cloud.FromSecure
			if written && !reflect.DeepEqual(plain[key], masked[key]) && !slices.Contains(files, o.Name) {
				files = append(files, o.Name)
			}
		}
	}
	slices.Sort(files)
	return files
}

// readable tells whether others may read a file.
func readable(path string) bool {
	info, err := os.Stat(path)
	return err == nil && othersMay(info, 0o4)
}
