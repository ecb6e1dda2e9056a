/* What a command costs. Enters: a file to write to, a command. Leaves: in the file, one line of user and system
 * seconds, wall seconds and peak kilobytes, of the command and all it waited for; the exit status is the command's.
 * In C because the kernel counts the memory of the one who starts a command as the command's own. */
#include <stdio.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { LIMIT_SECONDS = 3600 };

static double seconds(struct timeval value) { return value.tv_sec + value.tv_usec / 1e6; }

int main(int argc, char **argv) {
    struct timespec began, ended;
    struct rusage usage;
    int status;
    if (argc < 3) return 125;
    clock_gettime(CLOCK_MONOTONIC, &began);
    pid_t child = fork();
    if (child == 0) {
        alarm(LIMIT_SECONDS);
        execvp(argv[2], argv + 2);
        perror(argv[2]);
        _exit(127);
    }
    if (child < 0 || wait4(child, &status, 0, &usage) < 0) return perror("cost"), 125;
    clock_gettime(CLOCK_MONOTONIC, &ended);
    FILE *out = fopen(argv[1], "w");
    if (!out) return perror(argv[1]), 125;
    fprintf(out, "%f %f %f %ld\n", seconds(usage.ru_utime), seconds(usage.ru_stime),
            ended.tv_sec - began.tv_sec + (ended.tv_nsec - began.tv_nsec) / 1e9, usage.ru_maxrss);
    fclose(out);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
