/* reeve/plugin.h - the Reeve plugin ABI, major 1.                        SPDX-License-Identifier: Apache-2.0
 *
 * RELEASE CANDIDATE: frozen once plugins have also been hosted in processes of their own.
 *
 * RULES (normative)
 *  R1 Only <stdint.h>/<stddef.h> types. No bool, enum-typed fields, long, wchar_t, time_t, FILE*, bit-fields,
 *     flexible arrays, varargs, struct-by-value arguments or results.
 *  R2 Shared structs start with struct_size, set by whoever ALLOCATES the struct to its sizeof() in the header
 *     it was built with. The other side never reads or writes past it (REEVE_HAS).
 *  R3 Structs grow only at the end and never into padding; REEVE_NO_TAIL proves there is none. A struct with
 *     struct_size is never embedded by value. Array elements carry no struct_size: their container has the
 *     stride.
 *  R4 Each side frees only what it allocated. Every pointer argument is borrowed until the call returns, except:
 *     reeve_host and the tables from get_extension() live until destroy() returns; the reeve_module tree is
 *     immutable and lives until the process exits (modules are never unloaded).
 *  R5 Nothing unwinds across this boundary: no C++ exception, Rust panic, longjmp or pthread_exit.
 *  R6 Text is UTF-8 with an explicit length and no terminator, except fields typed const char*.
 *  R7 Unknown flag bits, severities, kinds and field types are ignored, never an error. Reserved fields are 0.
 *  R8 The host may live in another process: a plugin sees host memory only through pointers handed to it, within
 *     the life R4 gives them, and never compares, stores or computes with them beyond it.
 *
 * THREADS. [control] [sample] [sink]: called by the host, at most one such call at a time per instance, on
 * any OS thread unless REEVE_PF_DEDICATED_THREAD is set. [call]: only inside a host-to-plugin call, on that
 * thread, with that call's reeve_call. [any]: any thread from the entry of create() until stop() returns.
 * Threads that a plugin starts are joined before stop() returns. A plugin leaves signal handlers, working
 * directory, locale, environment, umask and the standard streams alone.
 */
#ifndef REEVE_PLUGIN_H_
#define REEVE_PLUGIN_H_
#include <stddef.h>
#include <stdint.h>

#define REEVE_ABI_MAJOR 1u /* also in the entry symbol's name: a new major is a new symbol */
#define REEVE_ABI_MINOR 0u /* +1 whenever a struct below grows at its end */

#if defined(_WIN32)
#define REEVE_CALL __cdecl
#define REEVE_EXPORT __declspec(dllexport)
#else
#define REEVE_CALL
#define REEVE_EXPORT __attribute__((visibility("default")))
#endif
#if defined(_MSVC_LANG)
#define REEVE_CPP _MSVC_LANG
#elif defined(__cplusplus)
#define REEVE_CPP __cplusplus
#else
#define REEVE_CPP 0L
#endif
/* In plugins built as C++17 or later, storing a function that is not noexcept into a table does not compile
 * (R5). */
#if REEVE_CPP >= 201703L && !defined(REEVE_HOST_BUILD)
#define REEVE_NX noexcept
#else
#define REEVE_NX
#endif
#if REEVE_CPP
#define REEVE_ASSERT(c, m) static_assert(c, m)
extern "C" {
#else
#define REEVE_ASSERT(c, m) _Static_assert(c, m)
#endif
#define REEVE_END(T, f) (offsetof(T, f) + sizeof(((T*)0)->f))
#define REEVE_HAS(T, p, f) ((p)->struct_size >= REEVE_END(T, f)) /* is field f there at run time? */

typedef int32_t reeve_status; /* < 0 error, 0 done, > 0 done in part */
enum {
  REEVE_OK = 0,
  REEVE_PARTIAL = 1, /* some entries were dropped (budget); carry on, do not retry */
  REEVE_E_FAIL = -1,
  REEVE_E_ARG = -2,
  REEVE_E_UNSUPPORTED = -3,
  REEVE_E_NOT_FOUND = -4,
  REEVE_E_TYPE = -5,
  REEVE_E_CANCELLED = -6, /* deadline or shutdown: return soon */
  REEVE_E_AGAIN = -7,
  REEVE_E_LIMIT = -8,
  REEVE_E_DENIED = -9,
  REEVE_E_NOMEM = -10,
  REEVE_E_STATE = -11 /* not allowed at this point of the life cycle */
};
enum { REEVE_TRACE = 0, REEVE_DEBUG = 1, REEVE_INFO = 2, REEVE_WARN = 3, REEVE_ERROR = 4, REEVE_FATAL = 5 };
enum { REEVE_GAUGE = 1, REEVE_COUNTER = 2, REEVE_HISTOGRAM = 3, REEVE_INFO_METRIC = 4 };
enum { REEVE_T_STR = 1, REEVE_T_I64 = 2, REEVE_T_U64 = 3, REEVE_T_F64 = 4, REEVE_T_BOOL = 5 };

typedef struct reeve_str {
  const char* ptr;
  size_t len;
} reeve_str;

/* One host-to-plugin call: identity, deadline, cancellation. Never kept past the call. */
typedef struct reeve_call {
  uint32_t struct_size, reserved;
  void* ctx;                 /* the host's own */
  uint64_t cycle;            /* counts scheduler ticks; a gap means skipped cycles */
  int64_t sched_unix_ns;     /* nominal time of this cycle */
  uint64_t interval_ns;      /* 0 outside sample() */
  uint64_t deadline_mono_ns; /* on host->mono_ns()'s clock; 0 = none */
} reeve_call;

/* ---- metrics: register names once, then send numbers */
typedef struct reeve_family {
  uint32_t struct_size, kind;
  reeve_str name, help, unit;  /* Prometheus's rules; the host adds _total, _bucket, _info */
  const reeve_str* label_keys; /* their order is the order of reeve_sample.labels */
  uint32_t n_label_keys, flags;
  const double* bounds;          /* histograms: ascending upper bounds, +Inf implied */
  uint32_t n_bounds, max_series; /* max_series 0: the host's default */
} reeve_family;
typedef struct reeve_label { /* a label value: text, or with ptr NULL an interned symbol */
  const char* ptr;
  uint32_t len, sym;
} reeve_label;
typedef struct reeve_sample { /* a dynamic series. Samples that share one labels array resolve it once */
  double value;
  const reeve_label* labels;
  uint32_t family, flags;
} reeve_sample;
typedef struct reeve_point { /* a resolved series: no strings */
  uint64_t series;
  double value;
} reeve_point;
typedef struct reeve_hist {
  double sum;
  uint64_t count;
  const uint64_t* buckets; /* n_bounds + 1, not cumulative */
  const reeve_label* labels;
  uint32_t family, flags;
} reeve_hist;
typedef struct reeve_batch { /* any mix; 256 to 4096 entries a call serve best */
  uint32_t struct_size, flags;
  const reeve_sample* samples;
  uint32_t n_samples, sample_stride;
  const reeve_point* points;
  uint32_t n_points, point_stride;
  const reeve_hist* hists;
  uint32_t n_hists, hist_stride;
} reeve_batch;

/* ---- events */
typedef struct reeve_field {
  reeve_str key;
  uint32_t vtype, flags;
  union {
    reeve_str str;
    int64_t i64;
    uint64_t u64;
    double f64;
  } v;
} reeve_field;
typedef struct reeve_event {
  uint32_t struct_size, severity;
  uint32_t id, flags;      /* id: 1 to 65535, stable per plugin; the Windows event id */
  int64_t time_unix_ns;    /* 0 = now */
  reeve_str name, message; /* name: a stable dotted key such as "process.exited" */
  const reeve_field* fields;
  uint32_t n_fields, field_stride;
  reeve_str source; /* this and seq are filled in by the host before sinks see the event */
  uint64_t seq;
} reeve_event;

/* ---- configuration: this instance's table, read-only, valid during configure() */
/* Paths are dotted with indexes in brackets: "group[2].name"; "" is the whole table. Every key that no getter
 * asked for is reported to the user as unknown, so optional keys are asked for too. REEVE_E_NOT_FOUND leaves
 * *out alone; REEVE_E_TYPE has already been reported with file, line and column. */
typedef struct reeve_config reeve_config;
struct reeve_config {
  uint32_t struct_size, reserved;
  void* ctx;
  reeve_status(REEVE_CALL* get_str)(const reeve_config*, const char* path, reeve_str* out) REEVE_NX;
  reeve_status(REEVE_CALL* get_i64)(const reeve_config*, const char* path, int64_t* out) REEVE_NX;
  reeve_status(REEVE_CALL* get_f64)(const reeve_config*, const char* path, double* out) REEVE_NX;
  reeve_status(REEVE_CALL* get_bool)(const reeve_config*, const char* path, int32_t* out) REEVE_NX;
  reeve_status(REEVE_CALL* get_duration_ns)(const reeve_config*, const char* path, uint64_t* out) REEVE_NX;
  /* Elements of an array, members of a table. */
  reeve_status(REEVE_CALL* length)(const reeve_config*, const char* path, uint32_t* out) REEVE_NX;
  reeve_status(REEVE_CALL* key_at)(const reeve_config*, const char* path, uint32_t i,
                                   reeve_str* out) REEVE_NX;
  /* Reports what is wrong with the value at path; may be called many times. configure() then returns
   * REEVE_E_ARG. */
  void(REEVE_CALL* reject)(const reeve_config*, const char* path, const char* message,
                           size_t length) REEVE_NX;
};

/* ---- what the host offers */
typedef struct reeve_host reeve_host;
struct reeve_host {
  uint32_t struct_size;
  uint16_t abi_major, abi_minor;
  const char *agent_name, *agent_version; /* for messages only; never branch on them */
  void* ctx;
  const void*(REEVE_CALL* get_extension)(const reeve_host*, const char* id)REEVE_NX; /* [any] NULL: absent */
  uint64_t(REEVE_CALL* mono_ns)(const reeve_host*) REEVE_NX;                         /* [any] */
  uint32_t(REEVE_CALL* log_level)(const reeve_host*) REEVE_NX; /* [any] least one kept */
  void(REEVE_CALL* log)(const reeve_host*, uint32_t level, const char* text, size_t len) REEVE_NX; /* [any] */
  /* Text for the failure that this call is about to return; copied. [call] */
  void(REEVE_CALL* set_error)(const reeve_host*, const reeve_call*, const char* text, size_t len) REEVE_NX;
  /* Heartbeat: REEVE_OK or REEVE_E_CANCELLED. At least once per 10 ms of work. [call] */
  reeve_status(REEVE_CALL* poll)(const reeve_host*, const reeve_call*) REEVE_NX;
  /* Same name and schema again: the same id. Same name, other schema: REEVE_E_ARG. Over budget:
   * REEVE_E_LIMIT. [call] */
  reeve_status(REEVE_CALL* family)(const reeve_host*, const reeve_call*, const reeve_family*,
                                   uint32_t* id) REEVE_NX;
  reeve_status(REEVE_CALL* intern)(const reeve_host*, const reeve_call*, const char*, size_t,
                                   uint32_t* sym) REEVE_NX; /* [call] */
  /* One label per label key. Same labels again: the same handle. Valid until series_drop() or destroy().
   * Handle 0 is never issued; a point on it, or on a dropped one, is dropped. [call] */
  reeve_status(REEVE_CALL* series)(const reeve_host*, const reeve_call*, uint32_t family,
                                   const reeve_label* labels, uint64_t* out) REEVE_NX;
  void(REEVE_CALL* series_drop)(const reeve_host*, const reeve_call*, uint64_t series) REEVE_NX; /* [call] */
  /* Staged. When sample() returns >= 0 all of it is published as one and replaces what this instance
   * published before: a series that was not sent is gone. Otherwise it is discarded. The last write to a
   * series wins. [sample] */
  reeve_status(REEVE_CALL* emit)(const reeve_host*, const reeve_call*, const reeve_batch*) REEVE_NX;
  /* Queued, bounded, never blocks: REEVE_E_AGAIN when the queue is full. [any] */
  reeve_status(REEVE_CALL* event)(const reeve_host*, const reeve_event*) REEVE_NX;
};

/* ---- what a plugin offers */
typedef struct reeve_plugin_ops { /* create > configure > start > sample* > stop > destroy */
  uint32_t struct_size, reserved;
  reeve_status(REEVE_CALL* create)(const reeve_host*, const reeve_call*,
                                   void** self) REEVE_NX; /* [control] */
  reeve_status(REEVE_CALL* configure)(void* self, const reeve_call*,
                                      const reeve_config*) REEVE_NX;        /* [control] once */
  reeve_status(REEVE_CALL* start)(void* self, const reeve_call*) REEVE_NX;  /* [control] */
  reeve_status(REEVE_CALL* sample)(void* self, const reeve_call*) REEVE_NX; /* [sample] NULL: not a sampler */
  reeve_status(REEVE_CALL* stop)(void* self,
                                 const reeve_call*) REEVE_NX; /* [control] iff start() succeeded */
  void(REEVE_CALL* destroy)(void* self) REEVE_NX;             /* [control] iff create() succeeded */
  const void*(REEVE_CALL* get_extension)(void* self, const char* id)REEVE_NX; /* [control] may be NULL */
} reeve_plugin_ops;
enum {
  REEVE_PF_DEDICATED_THREAD = 1u << 0, /* wants one stable OS thread (COM, PDH, a network namespace) */
  REEVE_PF_PREFER_ISOLATED = 1u << 1,  /* suggests a host process of its own */
  REEVE_PF_NEEDS_ELEVATED = 1u << 2
};
typedef struct reeve_plugin_desc {
  uint32_t struct_size, flags;
  const char* id; /* reverse DNS, such as "org.example.ports"; never changes, never reused */
  const char *name, *version, *vendor, *description, *license;
  const char* const* needs;    /* NULL-ended host extension ids; if one is missing create() is never called */
  const char* const* provides; /* NULL-ended extension ids that this plugin's get_extension() answers */
  const reeve_plugin_ops* ops;
  uint64_t default_interval_ns; /* 0: the host's */
} reeve_plugin_desc;
typedef struct reeve_module {
  uint32_t struct_size;
  uint16_t abi_major, abi_minor; /* of the header it was compiled with */
  uint16_t min_host_minor, reserved;
  uint32_t n_plugins;
  const reeve_plugin_desc* const* plugins; /* pointers, so that descriptors may grow */
  const char* sdk;                         /* "c/1.0", "rust/0.3": for diagnostics */
} reeve_module;

/* ---- extension tables (an id is name/revision and is never changed or reused) */
#define REEVE_EXT_EVENT_SINK "reeve.event-sink/1" /* provided by a plugin */
typedef struct reeve_event_sink {
  uint32_t struct_size, min_severity;
  /* *done: events dealt with; after REEVE_E_AGAIN the host offers the rest again later, bounded. [sink] */
  reeve_status(REEVE_CALL* on_events)(void* self, const reeve_call*, const reeve_event* const*, uint32_t n,
                                      uint32_t* done) REEVE_NX;
  reeve_status(REEVE_CALL* flush)(void* self, const reeve_call*) REEVE_NX; /* [sink] before stop() */
} reeve_event_sink;

/* The one exported symbol. Cheap, no I/O, no threads, callable more than once. NULL: cannot run here. */
#define REEVE_ENTRY_NAME "reeve_module_v1"
typedef const reeve_module*(REEVE_CALL* reeve_module_fn)(uint32_t host_minor)REEVE_NX;
#ifndef REEVE_HOST_BUILD
REEVE_EXPORT const reeve_module* REEVE_CALL reeve_module_v1(uint32_t host_minor) REEVE_NX;
#endif

/* ---- frozen layout. Edit only to append. */
#define REEVE_NO_TAIL(T, last) REEVE_ASSERT(sizeof(T) == REEVE_END(T, last), #T ": tail padding")
#if UINTPTR_MAX == 0xffffffffffffffffu
#define REEVE_AT(T, f, o) REEVE_ASSERT(offsetof(T, f) == (o), #T "." #f " moved")
#define REEVE_SZ(T, n) REEVE_ASSERT(sizeof(T) == (n), #T " changed size")
REEVE_SZ(reeve_str, 16);
REEVE_SZ(reeve_label, 16);
REEVE_SZ(reeve_sample, 24);
REEVE_AT(reeve_sample, labels, 8);
REEVE_AT(reeve_sample, family, 16);
REEVE_SZ(reeve_point, 16);
REEVE_SZ(reeve_hist, 40);
REEVE_AT(reeve_hist, labels, 24);
REEVE_SZ(reeve_field, 40);
REEVE_AT(reeve_field, v, 24);
REEVE_SZ(reeve_call, 48);
REEVE_AT(reeve_call, ctx, 8);
REEVE_AT(reeve_call, deadline_mono_ns, 40);
REEVE_SZ(reeve_family, 88);
REEVE_AT(reeve_family, label_keys, 56);
REEVE_AT(reeve_family, bounds, 72);
REEVE_SZ(reeve_batch, 56);
REEVE_AT(reeve_batch, points, 24);
REEVE_AT(reeve_batch, hists, 40);
REEVE_SZ(reeve_event, 96);
REEVE_AT(reeve_event, time_unix_ns, 16);
REEVE_AT(reeve_event, fields, 56);
REEVE_SZ(reeve_config, 80);
REEVE_AT(reeve_config, get_str, 16);
REEVE_AT(reeve_config, reject, 72);
REEVE_SZ(reeve_host, 128);
REEVE_AT(reeve_host, get_extension, 32);
REEVE_AT(reeve_host, emit, 112);
REEVE_SZ(reeve_plugin_ops, 64);
REEVE_AT(reeve_plugin_ops, create, 8);
REEVE_AT(reeve_plugin_ops, sample, 32);
REEVE_SZ(reeve_plugin_desc, 88);
REEVE_AT(reeve_plugin_desc, id, 8);
REEVE_AT(reeve_plugin_desc, ops, 72);
REEVE_SZ(reeve_module, 32);
REEVE_AT(reeve_module, n_plugins, 12);
REEVE_AT(reeve_module, plugins, 16);
REEVE_SZ(reeve_event_sink, 24);
REEVE_AT(reeve_event_sink, on_events, 8);
#endif
REEVE_NO_TAIL(reeve_call, deadline_mono_ns);
REEVE_NO_TAIL(reeve_family, max_series);
REEVE_NO_TAIL(reeve_batch, hist_stride);
REEVE_NO_TAIL(reeve_event, seq);
REEVE_NO_TAIL(reeve_config, reject);
REEVE_NO_TAIL(reeve_host, event);
REEVE_NO_TAIL(reeve_plugin_ops, get_extension);
REEVE_NO_TAIL(reeve_plugin_desc, default_interval_ns);
REEVE_NO_TAIL(reeve_module, sdk);
REEVE_NO_TAIL(reeve_event_sink, flush);
#if REEVE_CPP
}
#endif
#endif
