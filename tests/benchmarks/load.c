/* Sends prepared HTTP requests over several connections and waits for each answer; see load.py.

   Usage: load PORT PLAN CONTENT WORD. PLAN has a line "connection offset length" for each request,
   whose bytes stand in CONTENT. Each connection is a thread that sends its requests in their
   order, the next one when the last one is answered. An answer counts when its status is 2xx and,
   for a request over 100 kB, WORD is in its body. Prints seconds, failures, and the median and
   99th percentile of the waits in milliseconds. All begin together. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { MOST_CONNECTIONS = 1024, ANSWER = 1 << 16, LONG = 100000 };

struct request { size_t offset, length; };
struct lane { struct request *requests; size_t count, room, failed; double *waits; };

static struct lane lanes[MOST_CONNECTIONS];
static const char *content, *word;
static int port;
static pthread_barrier_t start;

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static void die(const char *what) { perror(what); exit(1); }

static int opened(void) {
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
    int on = 1, sock = socket(AF_INET, SOCK_STREAM, 0);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (sock < 0 || connect(sock, (struct sockaddr *)&to, sizeof to)) die("connect");
    setsockopt(sock, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return sock;
}

/* True when the whole answer came and is a good one. */
static int answered(int sock, char *answer, int is_long) {
    size_t have = 0;
    char *body = NULL;
    size_t length = 0;
    for (;;) {
        ssize_t got = recv(sock, answer + have, ANSWER - 1 - have, 0);
        if (got <= 0) return -1;
        have += got;
        answer[have] = 0;
        if (!body) {
            body = strstr(answer, "\r\n\r\n");
            if (!body) continue;
            body += 4;
            char *named = strcasestr(answer, "content-length:");
            if (named && named < body) length = strtoul(named + 15, NULL, 10);
            else if (strncmp(answer + 9, "204", 3)) die("an answer without a length");
        }
        if (have >= (size_t)(body - answer) + length) break;
        if (have == ANSWER - 1) { /* a long answer: its beginning is enough */
            size_t keep = (body - answer) + 100;
            length -= have - keep;
            have = keep;
        }
    }
    return answer[9] == '2' && (!is_long || !*word || memmem(body, have - (body - answer), word, strlen(word)));
}

static void *send_all(void *given) {
    struct lane *lane = given;
    char *answer = malloc(ANSWER);
    int sock = opened();
    pthread_barrier_wait(&start);
    for (size_t i = 0; i < lane->count; i++) {
        struct request *request = &lane->requests[i];
        double begun = now();
        for (size_t sent = 0; sent < request->length;) {
            ssize_t took = send(sock, content + request->offset + sent, request->length - sent, MSG_NOSIGNAL);
            if (took < 0) break; /* the answer may say why */
            sent += took;
        }
        int is_good = answered(sock, answer, request->length > LONG);
        if (is_good <= 0) lane->failed++;
        if (is_good < 0) { close(sock); sock = opened(); }
        lane->waits[i] = now() - begun;
    }
    close(sock);
    free(answer);
    return NULL;
}

static int by_size(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(int argc, char **argv) {
    if (argc != 5) { fputs("usage: load PORT PLAN CONTENT WORD\n", stderr); return 2; }
    port = atoi(argv[1]);
    word = argv[4];
    FILE *plan = fopen(argv[2], "r");
    int file = open(argv[3], O_RDONLY);
    struct stat told;
    if (!plan || file < 0 || fstat(file, &told)) die("open");
    content = mmap(NULL, told.st_size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, file, 0);
    if (content == MAP_FAILED) die("mmap");
    unsigned number, count = 0;
    struct request request;
    size_t total = 0, failed = 0;
    while (fscanf(plan, "%u %zu %zu", &number, &request.offset, &request.length) == 3) {
        if (number >= MOST_CONNECTIONS) return 2;
        struct lane *lane = &lanes[number];
        if (lane->count == lane->room) {
            lane->room = lane->room ? 2 * lane->room : 64;
            lane->requests = realloc(lane->requests, lane->room * sizeof request);
            lane->waits = realloc(lane->waits, lane->room * sizeof *lane->waits);
        }
        lane->requests[lane->count++] = request;
        if (number >= count) count = number + 1;
        total++;
    }
    pthread_t threads[MOST_CONNECTIONS];
    pthread_barrier_init(&start, NULL, count + 1);
    for (unsigned i = 0; i < count; i++)
        if (pthread_create(&threads[i], NULL, send_all, &lanes[i])) die("thread");
    pthread_barrier_wait(&start);
    double begun = now();
    double *waits = malloc(total * sizeof *waits);
    size_t noted = 0;
    for (unsigned i = 0; i < count; i++) {
        pthread_join(threads[i], NULL);
        failed += lanes[i].failed;
        for (size_t j = 0; j < lanes[i].count; j++) waits[noted++] = lanes[i].waits[j];
    }
    double seconds = now() - begun;
    qsort(waits, total, sizeof *waits, by_size);
    printf("%.6f %zu %.3f %.3f\n", seconds, failed, waits[total / 2] * 1e3, waits[total * 99 / 100] * 1e3);
    return 0;
}
