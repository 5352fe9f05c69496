/* A disk that cannot do what others can: preloaded into a run, it answers for the file system below one folder.
   ODD_DISK_FOLDER  the folder
   ODD_DISK         what is odd about it, in words with a blank on each side:
     date-eperm date-enosys  dates cannot be set
     date-lost               dates can be set and do not stay
     rename-once             the first rename of every file fails as if a scanner held it (EBUSY)
     rename-denied-once      the same, as access denied (EACCES)
     rename-open             nothing is renamed while it is open (EBUSY)
     link-eperm              there are no hard links
     reserve-enosys          no blocks can be set aside
     flush-enosys            nothing can be flushed
     flush-einval            the same, in other words
     flush-lies              what is flushed is not: for trying whether a power cut is noticed
     lock-enolck             nothing can be locked */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define REAL(type, name, ...) ((type (*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name))

static int is_odd(const char *word) {
    const char *words = getenv("ODD_DISK");
    return words != NULL && strstr(words, word) != NULL;
}

static int is_below(const char *path) {
    const char *folder = getenv("ODD_DISK_FOLDER");
    return folder != NULL && path != NULL && strncmp(path, folder, strlen(folder)) == 0;
}

static int path_of(int fd, char *path) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, PATH_MAX - 1);
    path[length < 0 ? 0 : length] = 0;
    return is_below(path);
}

static int is_open(const char *path) {
    char found[PATH_MAX];
    int is = 0;
    DIR *fds = opendir("/proc/self/fd");
    struct dirent *entry;
    while (fds != NULL && !is && (entry = readdir(fds)) != NULL) {
        is = path_of(atoi(entry->d_name), found) && strcmp(found, path) == 0;
    }
    if (fds != NULL) {
        closedir(fds);
    }
    return is;
}

/* The files that have failed once. */
static int fails_once(const char *path) {
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    static char *seen[100000];
    static int count;
    int is_new = 1;
    pthread_mutex_lock(&lock);
    for (int i = 0; i < count && is_new; i++) {
        is_new = strcmp(seen[i], path) != 0;
    }
    if (is_new && count < 100000) {
        seen[count++] = strdup(path);
    }
    pthread_mutex_unlock(&lock);
    return is_new;
}

static int refuses_move(const char *from, const char *to) {
    if (!is_below(from)) {
        return 0;
    }
    if (is_odd(" rename-once ") && fails_once(to)) {
        errno = EBUSY;
        return 1;
    }
    if (is_odd(" rename-denied-once ") && fails_once(to)) {
        errno = EACCES;
        return 1;
    }
    if (is_odd(" rename-open ") && is_open(from)) {
        errno = EBUSY;
        return 1;
    }
    return 0;
}

/* 0: set it; 1: it was dealt with. */
static int date_is_odd(int *result) {
    *result = -1;
    if (is_odd(" date-eperm ")) {
        errno = EPERM;
    } else if (is_odd(" date-enosys ")) {
        errno = ENOSYS;
    } else if (is_odd(" date-lost ")) {
        *result = 0;
    } else {
        return 0;
    }
    return 1;
}

int futimens(int fd, const struct timespec times[2]) {
    char path[PATH_MAX];
    int result;
    if (path_of(fd, path) && date_is_odd(&result)) {
        return result;
    }
    return REAL(int, futimens, int, const struct timespec *)(fd, times);
}

int utimensat(int folder, const char *path, const struct timespec times[2], int flags) {
    int result;
    if (is_below(path) && date_is_odd(&result)) {
        return result;
    }
    return REAL(int, utimensat, int, const char *, const struct timespec *, int)(folder, path, times, flags);
}

int rename(const char *from, const char *to) {
    return refuses_move(from, to) ? -1 : REAL(int, rename, const char *, const char *)(from, to);
}

int renameat2(int folder, const char *from, int other, const char *to, unsigned flags) {
    return refuses_move(from, to) ? -1 : REAL(int, renameat2, int, const char *, int, const char *, unsigned)(folder, from, other, to, flags);
}

int link(const char *from, const char *to) {
    if (is_below(from) && is_odd(" link-eperm ")) {
        errno = EPERM;
        return -1;
    }
    return refuses_move(from, to) ? -1 : REAL(int, link, const char *, const char *)(from, to);
}

int fallocate64(int fd, int mode, off64_t offset, off64_t length) {
    char path[PATH_MAX];
    if (is_odd(" reserve-enosys ") && path_of(fd, path)) {
        errno = ENOSYS;
        return -1;
    }
    return REAL(int, fallocate64, int, int, off64_t, off64_t)(fd, mode, offset, length);
}

int fsync(int fd) {
    char path[PATH_MAX];
    if (path_of(fd, path)) {
        if (is_odd(" flush-lies ")) {
            return 0;
        }
        if (is_odd(" flush-enosys ") || is_odd(" flush-einval ")) {
            errno = is_odd(" flush-enosys ") ? ENOSYS : EINVAL;
            return -1;
        }
    }
    return REAL(int, fsync, int)(fd);
}

int fdatasync(int fd) {
    return fsync(fd);
}

int flock(int fd, int operation) {
    char path[PATH_MAX];
    if (is_odd(" lock-enolck ") && path_of(fd, path)) {
        errno = ENOLCK;
        return -1;
    }
    return REAL(int, flock, int, int)(fd, operation);
}
