// What Linux has and the Glibc module hides, because it is read without _GNU_SOURCE.
#ifndef BERTH_CLINUX_H
#define BERTH_CLINUX_H

#include <linux/openat2.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/types.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

struct sockaddr;

// open(2)
static const int LINUX_O_PATH = 010000000;
static const int LINUX_O_TMPFILE = 020200000;

// openat2(2), which glibc doesn't wrap: nothing on the way may lead out of the directory.
static inline int linux_open_beneath(int directory, const char *path, int flags) {
    struct open_how how = {.flags = (unsigned int)flags, .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS};
    return (int)syscall(SYS_openat2, directory, path, &how, sizeof how);
}

// unix(7): struct ucred
struct linux_ucred {
    pid_t pid;
    uid_t uid;
    gid_t gid;
};

int accept4(int socket, struct sockaddr *address, unsigned int *length, int flags);
int pipe2(int descriptors[2], int flags);
int pthread_setname_np(unsigned long thread, const char *name);

// splice(2)
static const unsigned int LINUX_SPLICE_F_MOVE = 1;
static const unsigned int LINUX_SPLICE_F_NONBLOCK = 2;
static const unsigned int LINUX_SPLICE_F_MORE = 4;
ssize_t splice(int in, off_t *in_offset, int out, off_t *out_offset, size_t length, unsigned int flags);

int setresuid(uid_t real, uid_t effective, uid_t saved);
int setresgid(gid_t real, gid_t effective, gid_t saved);
int setgroups(size_t count, const gid_t *groups);
int getgrouplist(const char *user, gid_t group, gid_t *groups, int *count);

// syncfs(2)
int syncfs(int descriptor);

// pidfd_open(2), signalfd(2), prctl(2)
int pidfd_open(pid_t process, unsigned int flags);
int pidfd_send_signal(int descriptor, int signal, void *information, unsigned int flags);
int linux_signalfd(int descriptor, const void *signals, int flags) __asm__("signalfd");
int prctl(int option, ...);
static inline int linux_forbid_core_dumps(void) { return prctl(4 /* PR_SET_DUMPABLE */, 0UL, 0UL, 0UL, 0UL); }

// posix_spawn(3)
static const short LINUX_POSIX_SPAWN_SETSID = 0x80;
int linux_spawn_close_from(void *actions, int first) __asm__("posix_spawn_file_actions_addclosefrom_np");

// memmem(3)
void *memmem(const void *bytes, size_t count, const void *wanted, size_t wanted_count);

int execvpe(const char *file, char *const arguments[], char *const environment[]);


// prctl(2) is variadic, which Swift can't call.
static inline int linux_no_new_privileges(void) { return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); }

// epoll(7): the enum's cases as the numbers that epoll_event.events wants
static const unsigned int LINUX_EPOLLIN = EPOLLIN;
static const unsigned int LINUX_EPOLLOUT = EPOLLOUT;
static const unsigned int LINUX_EPOLLRDHUP = EPOLLRDHUP;
static const unsigned int LINUX_EPOLLHUP = EPOLLHUP;
static const unsigned int LINUX_EPOLLERR = EPOLLERR;
static const unsigned int LINUX_EPOLLET = EPOLLET;
static const unsigned int LINUX_EPOLLEXCLUSIVE = EPOLLEXCLUSIVE;
static const int LINUX_EPOLL_CLOEXEC = EPOLL_CLOEXEC;
static const int LINUX_EFD_CLOEXEC = EFD_CLOEXEC;
static const int LINUX_EFD_NONBLOCK = EFD_NONBLOCK;

#endif
