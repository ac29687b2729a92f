/*
 * Preloaded into the servers of a stack under faults. It redirects their connections through proxies, which can fail as
 * a network does, and steps their wall clock. What to do is in a file that the suite writes and this library maps.
 *
 * Not stepped: file times, which the kernel writes, and waits until a time of day, which are rare.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define ROUTES 16

/* preload.ts writes the same. */
struct orders {
  int64_t step_seconds;
  struct {
    uint16_t port, proxy;
  } routes[ROUTES];
};

static const struct orders none;
static const volatile struct orders *orders = &none;

__attribute__((constructor)) static void map_orders(void) {
  const char *path = getenv("FAULTS_ORDERS");
  int file = path == NULL ? -1 : open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return;
  void *mapped = mmap(NULL, sizeof(struct orders), PROT_READ, MAP_SHARED, file, 0);
  if (mapped != MAP_FAILED) orders = mapped;
  close(file);
}

/* The functions called before or instead of this library's own; another thread may look one up at the same time. */
#define REAL(name)                                                            \
  static __typeof__(&name) real;                                              \
  if (real == NULL) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

static in_port_t *port_of_loopback(struct sockaddr_storage *address) {
  if (address->ss_family == AF_INET) {
    struct sockaddr_in *v4 = (struct sockaddr_in *)address;
    return v4->sin_addr.s_addr == htonl(INADDR_LOOPBACK) ? &v4->sin_port : NULL;
  }
  if (address->ss_family != AF_INET6) return NULL;
  /* Java writes 127.0.0.1 as ::ffff:127.0.0.1. */
  static const uint8_t loopback[16] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 127, 0, 0, 1};
  struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)address;
  return memcmp(&v6->sin6_addr, loopback, sizeof loopback) == 0 ? &v6->sin6_port : NULL;
}

static void lead(in_port_t *port) {
  for (int route = 0; route < ROUTES; route++) {
    if (orders->routes[route].port != ntohs(*port)) continue;
    *port = htons(orders->routes[route].proxy);
    return;
  }
}

int connect(int socket, __CONST_SOCKADDR_ARG address, socklen_t length) {
  REAL(connect);
  struct sockaddr_storage led;
  memset(&led, 0, sizeof led);
  memcpy(&led, address.__sockaddr__, length < sizeof led ? length : sizeof led);
  in_port_t *port = port_of_loopback(&led);
  if (port == NULL || getenv("FAULTS_PROXIES") == NULL) return real(socket, address, length);
  lead(port);
  return real(socket, (struct sockaddr *)&led, length);
}

int clock_gettime(clockid_t clock, struct timespec *time) {
  REAL(clock_gettime);
  int result = real(clock, time);
  if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
    time->tv_sec += orders->step_seconds;
  return result;
}

int gettimeofday(struct timeval *restrict time, void *restrict zone) {
  REAL(gettimeofday);
  int result = real(time, zone);
  if (result == 0) time->tv_sec += orders->step_seconds;
  return result;
}

time_t time(time_t *result) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (result != NULL) *result = now.tv_sec;
  return now.tv_sec;
}
