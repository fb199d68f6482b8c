package page

import (
	"bufio"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// Shell is a bash that is given one command after another, as a terminal gives
// them: what one leaves behind, the next finds.
type Shell struct {
	cmd    *exec.Cmd
	in     io.WriteCloser
	out    *bufio.Reader
	status int // of the last command
}

// mark begins the line that follows the output of each command.
const mark = "\x01ended\x01"

// Start starts a bash, which the command is to be, without arguments. It and
// all that it started ends when the command's context does.
func Start(cmd *exec.Cmd) (*Shell, error) {
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.Setpgid = true
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = time.Second
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	cmd.Stderr = cmd.Stdout
	return &Shell{cmd: cmd, in: in, out: bufio.NewReader(out)}, cmd.Start()
}

// Close ends the bash and its background jobs.
func (s *Shell) Close() {
	_ = s.cmd.Cancel()
	_ = s.cmd.Wait()
}

// Run runs a command and gives what it printed and its exit status. The error
// says that there is no bash any more.
func (s *Shell) Run(command string) (output string, status int, err error) {
	// The command is read, not sourced, so that nothing in it can swallow what
	// follows; it sees the status of the one before it, but not the pipe.
	frame := fmt.Sprintf("IFS= read -r -d '' COMMAND; (exit %d); eval \"$COMMAND\" </dev/null 2>&1; echo \"%s$?\"\n%s\x00", s.status, mark, command)
	if _, err := io.WriteString(s.in, frame); err != nil {
		return "", 0, fmt.Errorf("telling bash: %w", err)
	}
	var text strings.Builder
	for {
		line, err := s.out.ReadString('\n')
		before, code, last := strings.Cut(line, mark)
		text.WriteString(before)
		if err != nil {
			return text.String(), 0, fmt.Errorf("bash ended: %w", err)
		}
		if last {
			_, err := fmt.Sscan(code, &s.status)
			return text.String(), s.status, err
		}
	}
}
