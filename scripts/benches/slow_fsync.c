/* Adds 2 ms to every fsync and fdatasync of a process, for LD_PRELOAD: what a cloud disk costs.
   Built by scripts/benches/append.py: cc -shared -fPIC -O2 -o slow_fsync.so slow_fsync.c -ldl */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <time.h>

static void wait_two_milliseconds(void) {
    struct timespec left = {0, 2000000};
    while (nanosleep(&left, &left) != 0) {
    }
}

int fsync(int file) {
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
    wait_two_milliseconds();
    return real(file);
}

int fdatasync(int file) {
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
    wait_two_milliseconds();
    return real(file);
}
