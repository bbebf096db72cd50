/* Writes down what a program does to the files of one folder, in order, for a power cut afterwards.
 *
 * Loaded in front of the C library. UNSYNCED_FOLDER: what is watched; UNSYNCED_JOURNAL: the list.
 * One record: kind (1 byte), descriptor (4), number (8), two lengths (4 + 4), the two texts.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MOST 4096
static pthread_mutex_t alone = PTHREAD_MUTEX_INITIALIZER;
static char watched[MOST];
static const char *folder;
static int journal = -1;

#define NEXT(result, name, ...)                                                                    \
    static result (*next)(__VA_ARGS__);                                                            \
    if (!next) next = (result(*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("UNSYNCED_JOURNAL");
    folder = getenv("UNSYNCED_FOLDER");
    if (path && folder)
        journal = (int)syscall(SYS_openat, AT_FDCWD, path,
                               O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
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
    head[0] = kind;
    memcpy(head + 1, &descriptor, 4);
    memcpy(head + 5, &number, 8);
    memcpy(head + 13, lengths, 8);
    put(head, sizeof head);
    put(one, first);
    put(two, second);
}

static int ours(const char *path) {
    return journal >= 0 && folder && strncmp(path, folder, strlen(folder)) == 0;
}

static int known(int fd) { return journal >= 0 && fd >= 0 && fd < MOST && watched[fd]; }

static int opened(const char *path, int flags, int fd) {
    if (fd >= 0 && fd < MOST && ours(path)) {
        watched[fd] = 1;
        note('o', fd, (uint64_t)flags, path, strlen(path), "", 0);
    }
    return fd;
}

#define OPEN(name)                                                                                 \
    int name(const char *path, int flags, ...) {                                                   \
        NEXT(int, #name, const char *, int, ...);                                                  \
        va_list rest;                                                                              \
        va_start(rest, flags);                                                                     \
        mode_t mode = (flags & O_CREAT) ? va_arg(rest, mode_t) : 0;                                \
        va_end(rest);                                                                              \
        pthread_mutex_lock(&alone);                                                                \
        int fd = opened(path, flags, next(path, flags, mode));                                     \
        pthread_mutex_unlock(&alone);                                                              \
        return fd;                                                                                 \
    }
OPEN(open)
OPEN(open64)

int close(int fd) {
    NEXT(int, "close", int);
    pthread_mutex_lock(&alone);
    if (known(fd)) {
        note('c', fd, 0, "", 0, "", 0);
        watched[fd] = 0;
    }
    int result = next(fd);
    pthread_mutex_unlock(&alone);
    return result;
}

#define PWRITE(name)                                                                               \
    ssize_t name(int fd, const void *bytes, size_t size, off64_t at) {                             \
        NEXT(ssize_t, #name, int, const void *, size_t, off64_t);                                  \
        pthread_mutex_lock(&alone);                                                                \
        ssize_t done = next(fd, bytes, size, at);                                                  \
        if (done > 0 && known(fd)) note('w', fd, (uint64_t)at, bytes, (size_t)done, "", 0);        \
        pthread_mutex_unlock(&alone);                                                              \
        return done;                                                                               \
    }
PWRITE(pwrite)
PWRITE(pwrite64)

ssize_t write(int fd, const void *bytes, size_t size) {
    NEXT(ssize_t, "write", int, const void *, size_t);
    pthread_mutex_lock(&alone);
    off64_t at = known(fd) ? lseek64(fd, 0, SEEK_CUR) : 0;
    ssize_t done = next(fd, bytes, size);
    if (done > 0 && known(fd)) note('w', fd, (uint64_t)at, bytes, (size_t)done, "", 0);
    if (done > 0 && fd == 1 && journal >= 0) note('s', fd, 0, bytes, (size_t)done, "", 0);
    pthread_mutex_unlock(&alone);
    return done;
}

/* What is said to the other side is noted before it leaves: nobody may know it earlier. */
ssize_t send(int fd, const void *bytes, size_t size, int flags) {
    NEXT(ssize_t, "send", int, const void *, size_t, int);
    pthread_mutex_lock(&alone);
    if (journal >= 0) note('s', fd, 0, bytes, size, "", 0);
    pthread_mutex_unlock(&alone);
    return next(fd, bytes, size, flags);
}

#define ON_DESCRIPTOR(name, kind, words, call, number)                                             \
    int name words {                                                                               \
        NEXT(int, #name, ON_DESCRIPTOR_##name);                                                    \
        pthread_mutex_lock(&alone);                                                                \
        int result = next call;                                                                    \
        if (result == 0 && known(fd)) note(kind, fd, (uint64_t)(number), "", 0, "", 0);            \
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

#define ON_NAMES(name, kind)                                                                       \
    int name(const char *from, const char *to) {                                                   \
        NEXT(int, #name, const char *, const char *);                                              \
        pthread_mutex_lock(&alone);                                                                \
        int result = next(from, to);                                                               \
        if (result == 0 && ours(to)) note(kind, -1, 0, from, strlen(from), to, strlen(to));        \
        pthread_mutex_unlock(&alone);                                                              \
        return result;                                                                             \
    }
ON_NAMES(rename, 'r')
ON_NAMES(link, 'l')

int unlink(const char *path) {
    NEXT(int, "unlink", const char *);
    pthread_mutex_lock(&alone);
    int result = next(path);
    if (result == 0 && ours(path)) note('u', -1, 0, path, strlen(path), "", 0);
    pthread_mutex_unlock(&alone);
    return result;
}

int mkdir(const char *path, mode_t mode) {
    NEXT(int, "mkdir", const char *, mode_t);
    pthread_mutex_lock(&alone);
    int result = next(path, mode);
    if (result == 0 && ours(path)) note('m', -1, 0, path, strlen(path), "", 0);
    pthread_mutex_unlock(&alone);
    return result;
}
