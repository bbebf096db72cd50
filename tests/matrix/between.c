/* Stands between a program and the C library, and knows every step that it takes on one folder.
 *
 * `between_write_down`: writes the steps down, in order, for a power cut afterwards.
 * `between_strike`: at one numbered step kills the program, or lets the step fail.
 * Steps are counted over all threads. What is said (descriptor 1, and every send) is one too.
 * What is not ours passes without the lock: Python's signal handler writes, and would wait for
 * whoever it has interrupted.
 * One record: kind (1 byte), descriptor (4), number (8), two lengths (4 + 4), the two texts.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define MOST 4096
static pthread_mutex_t alone = PTHREAD_MUTEX_INITIALIZER;
static char watched[MOST];
static char folder[MOST];
static int journal = -1;
static const char *struck_file;
static long step, strike_at = -1;
static int failure, goes_on, is_struck; /* failure 0: SIGKILL; goes_on: what needs room fails too */

#define NEXT(result, name, ...)                                                                    \
    static result (*next)(__VA_ARGS__);                                                            \
    if (!next) next = (result(*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)

void between_write_down(const char *path, const char *to) {
    strncpy(folder, path, MOST - 1);
    journal = (int)syscall(SYS_openat, AT_FDCWD, to, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC,
                           0600);
}

void between_strike(const char *path, long at, int error, int on, const char *mark) {
    strncpy(folder, path, MOST - 1);
    strike_at = at;
    failure = error;
    goes_on = on;
    struck_file = strdup(mark);
}

static void put(const void *bytes, size_t size) {
    const char *at = bytes;
    while (size) {
        long done = syscall(SYS_write, journal, at, size);
        if (done <= 0) abort();
        at += done;
        size -= (size_t)done;
    }
}

static void note(char kind, int fd, uint64_t number, const void *one, size_t first,
                 const void *two, size_t second) {
    uint32_t lengths[2] = {(uint32_t)first, (uint32_t)second};
    char head[21];
    int32_t descriptor = fd;
    if (journal < 0) return;
    head[0] = kind;
    memcpy(head + 1, &descriptor, 4);
    memcpy(head + 5, &number, 8);
    memcpy(head + 13, lengths, 8);
    put(head, sizeof head);
    put(one, first);
    put(two, second);
}

/* One step; true when it fails instead of being done. `needs_room`: it makes something longer. */
static int fails(int needs_room) {
    if (strike_at < 0) return 0;
    if (step++ == strike_at) {
        is_struck = 1;
        long mark = syscall(SYS_openat, AT_FDCWD, struck_file, O_WRONLY | O_CREAT, 0600);
        syscall(SYS_close, mark);
        if (!failure) {
            kill(getpid(), SIGKILL);
            for (;;) pause();
        }
    } else if (!(is_struck && goes_on && needs_room)) {
        return 0;
    }
    errno = failure;
    return 1;
}

static int ours(const char *path) {
    return *folder && strncmp(path, folder, strlen(folder)) == 0;
}

static int known(int fd) { return *folder && fd >= 0 && fd < MOST && watched[fd]; }

static int is_there(const char *path) { return syscall(SYS_access, path, F_OK) == 0; }

/* Only a file that is new changes the disk; then the record's number has a bit above the flags. */
static int opened(const char *path, int flags, int is_new, int fd) {
    if (fd >= 0 && fd < MOST) {
        watched[fd] = 1;
        note('o', fd, (uint64_t)(unsigned)flags | (uint64_t)is_new << 32, path, strlen(path), "",
             0);
    }
    return fd;
}

/* A socket with somebody at its other end; not a pair by which threads wake each other. */
static int is_talk(int fd) {
    struct stat status;
    struct sockaddr_storage peer;
    socklen_t length = sizeof peer;
    return *folder && fd > 2 && !known(fd) && syscall(SYS_fstat, fd, &status) == 0 &&
           S_ISSOCK(status.st_mode) && getpeername(fd, (struct sockaddr *)&peer, &length) == 0 &&
           (peer.ss_family != AF_UNIX || length > sizeof(sa_family_t));
}

/* What is said to the other side is noted before it leaves: nobody may know it earlier. */
static int said(int fd, const void *bytes, size_t size) {
    pthread_mutex_lock(&alone);
    int is_refused = fails(0);
    if (!is_refused) note('s', fd, 0, bytes, size, "", 0);
    pthread_mutex_unlock(&alone);
    return is_refused;
}

#define OPEN(name)                                                                                 \
    int name(const char *path, int flags, ...) {                                                   \
        NEXT(int, #name, const char *, int, ...);                                                  \
        va_list rest;                                                                              \
        va_start(rest, flags);                                                                     \
        mode_t mode = (flags & O_CREAT) ? va_arg(rest, mode_t) : 0;                                \
        va_end(rest);                                                                              \
        if (!ours(path)) return next(path, flags, mode);                                           \
        pthread_mutex_lock(&alone);                                                                \
        int is_new = (flags & O_CREAT) && !is_there(path);                                         \
        int fd = is_new && fails(1) ? -1 : opened(path, flags, is_new, next(path, flags, mode));   \
        pthread_mutex_unlock(&alone);                                                              \
        return fd;                                                                                 \
    }
OPEN(open)
OPEN(open64)

int close(int fd) {
    NEXT(int, "close", int);
    if (!known(fd)) return next(fd);
    pthread_mutex_lock(&alone);
    note('c', fd, 0, "", 0, "", 0);
    watched[fd] = 0;
    int result = next(fd);
    pthread_mutex_unlock(&alone);
    return result;
}

#define PWRITE(name)                                                                               \
    ssize_t name(int fd, const void *bytes, size_t size, off64_t at) {                             \
        NEXT(ssize_t, #name, int, const void *, size_t, off64_t);                                  \
        if (!known(fd)) return next(fd, bytes, size, at);                                          \
        pthread_mutex_lock(&alone);                                                                \
        ssize_t done = fails(1) ? -1 : next(fd, bytes, size, at);                                  \
        if (done > 0) note('w', fd, (uint64_t)at, bytes, (size_t)done, "", 0);        \
        pthread_mutex_unlock(&alone);                                                              \
        return done;                                                                               \
    }
PWRITE(pwrite)
PWRITE(pwrite64)

ssize_t write(int fd, const void *bytes, size_t size) {
    NEXT(ssize_t, "write", int, const void *, size_t);
    if (is_talk(fd)) return said(fd, bytes, size) ? -1 : next(fd, bytes, size);
    if (!known(fd) && !(*folder && fd == 1)) return next(fd, bytes, size);
    pthread_mutex_lock(&alone);
    off64_t at = known(fd) ? lseek64(fd, 0, SEEK_CUR) : 0;
    ssize_t done = fails(known(fd)) ? -1 : next(fd, bytes, size);
    if (done > 0 && known(fd)) note('w', fd, (uint64_t)at, bytes, (size_t)done, "", 0);
    if (done > 0 && fd == 1) note('s', fd, 0, bytes, (size_t)done, "", 0);
    pthread_mutex_unlock(&alone);
    return done;
}

static char *joined(const struct iovec *parts, int count, size_t *size) {
    char *whole;
    *size = 0;
    for (int n = 0; n < count; n++) *size += parts[n].iov_len;
    if (!(whole = malloc(*size + 1))) abort();
    *size = 0;
    for (int n = 0; n < count; n++) {
        memcpy(whole + *size, parts[n].iov_base, parts[n].iov_len);
        *size += parts[n].iov_len;
    }
    return whole;
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
    NEXT(ssize_t, "writev", int, const struct iovec *, int);
    size_t size;
    char *whole;
    ssize_t done;
    if (known(fd)) {
        whole = joined(parts, count, &size);
        done = write(fd, whole, size);
    } else if (is_talk(fd)) {
        whole = joined(parts, count, &size);
        done = said(fd, whole, size) ? -1 : next(fd, parts, count);
    } else {
        return next(fd, parts, count);
    }
    free(whole);
    return done;
}

ssize_t send(int fd, const void *bytes, size_t size, int flags) {
    NEXT(ssize_t, "send", int, const void *, size_t, int);
    return is_talk(fd) && said(fd, bytes, size) ? -1 : next(fd, bytes, size, flags);
}

#define ON_DESCRIPTOR(name, kind, words, call, number)                                             \
    int name words {                                                                               \
        NEXT(int, #name, ON_DESCRIPTOR_##name);                                                    \
        if (!known(fd)) return next call;                                                          \
        pthread_mutex_lock(&alone);                                                                \
        int result = fails(0) ? -1 : next call;                                                    \
        if (result == 0) note(kind, fd, (uint64_t)(number), "", 0, "", 0);            \
        pthread_mutex_unlock(&alone);                                                              \
        return result;                                                                             \
    }
#define ON_DESCRIPTOR_fsync int
#define ON_DESCRIPTOR_fdatasync int
#define ON_DESCRIPTOR_ftruncate int, off64_t
#define ON_DESCRIPTOR_ftruncate64 int, off64_t
ON_DESCRIPTOR(fsync, 'f', (int fd), (fd), 0)
ON_DESCRIPTOR(fdatasync, 'f', (int fd), (fd), 0)
ON_DESCRIPTOR(ftruncate, 't', (int fd, off64_t size), (fd, size), size)
ON_DESCRIPTOR(ftruncate64, 't', (int fd, off64_t size), (fd, size), size)

/* It tells what went wrong, and leaves errno alone. */
#define FALLOCATE(name)                                                                            \
    int name(int fd, off64_t at, off64_t size) {                                                   \
        NEXT(int, #name, int, off64_t, off64_t);                                                   \
        struct stat status;                                                                        \
        if (!known(fd)) return next(fd, at, size);                                                 \
        pthread_mutex_lock(&alone);                                                                \
        int result = fails(1) ? failure : next(fd, at, size);                                      \
        if (result == 0 && syscall(SYS_fstat, fd, &status) == 0)                      \
            note('t', fd, (uint64_t)status.st_size, "", 0, "", 0);                                 \
        pthread_mutex_unlock(&alone);                                                              \
        return result;                                                                             \
    }
FALLOCATE(posix_fallocate)
FALLOCATE(posix_fallocate64)

#define ON_NAMES(name, kind)                                                                       \
    int name(const char *from, const char *to) {                                                   \
        NEXT(int, #name, const char *, const char *);                                              \
        pthread_mutex_lock(&alone);                                                                \
        int result = ours(to) && fails(1) ? -1 : next(from, to);                                   \
        if (result == 0 && ours(to)) note(kind, -1, 0, from, strlen(from), to, strlen(to));        \
        pthread_mutex_unlock(&alone);                                                              \
        return result;                                                                             \
    }
ON_NAMES(rename, 'r')
ON_NAMES(link, 'l')

int unlink(const char *path) {
    NEXT(int, "unlink", const char *);
    pthread_mutex_lock(&alone);
    int result = ours(path) && is_there(path) && fails(0) ? -1 : next(path);
    if (result == 0 && ours(path)) note('u', -1, 0, path, strlen(path), "", 0);
    pthread_mutex_unlock(&alone);
    return result;
}

int mkdir(const char *path, mode_t mode) {
    NEXT(int, "mkdir", const char *, mode_t);
    pthread_mutex_lock(&alone);
    int result = ours(path) && !is_there(path) && fails(1) ? -1 : next(path, mode);
    if (result == 0 && ours(path)) note('m', -1, 0, path, strlen(path), "", 0);
    pthread_mutex_unlock(&alone);
    return result;
}
