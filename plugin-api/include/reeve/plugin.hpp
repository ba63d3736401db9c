// SPDX-License-Identifier: Apache-2.0
// C++20 wrapper over the plugin ABI, header only. A plugin is a class derived from reeve::sdk::plugin and one
// line:
//
//   REEVE_PLUGIN(my_plugin)   // my_plugin::about describes it
//
// Exceptions end at the barrier in this header: the call fails with the exception's text, nothing unwinds
// into the host.
#pragma once

#include "reeve/plugin.h"

#include <chrono>
#include <cstdint>
#include <exception>
#include <initializer_list>
#include <limits>
#include <memory>
#include <new>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace reeve::sdk {

// What the host shows of a plugin. Plain pointers to string literals, because the descriptor outlives
// everything.
struct description {
  const char* id = ""; // reverse DNS; never changes
  const char* name = "";
  const char* version = "";
  const char* vendor = "";
  const char* text = "";
  const char* license = "";
  std::uint32_t flags = 0;                      // REEVE_PF_*
  const char* const* needs = nullptr;           // NULL-ended host extension ids
  const char* const* provides = nullptr;        // NULL-ended ids that plugin::extension() answers
  std::chrono::nanoseconds default_interval{0}; // 0: the host's
};

// Thrown to end a call with a particular status; any other exception is REEVE_E_FAIL.
class failure : public std::runtime_error {
 public:
  explicit failure(const std::string& message, reeve_status status = REEVE_E_FAIL)
      : std::runtime_error(message), status_(status) {}
  reeve_status status() const noexcept { return status_; }

 private:
  reeve_status status_;
};

inline std::string_view view(reeve_str s) noexcept {
  return {s.ptr, s.len};
}
inline reeve_str str(std::string_view s) noexcept {
  return {s.data(), s.size()};
}
inline reeve_label label(std::string_view s) noexcept {
  // ptr NULL means "symbol", so an empty text needs an address.
  return {s.data() ? s.data() : "", static_cast<std::uint32_t>(s.size()), 0};
}
inline reeve_label label(std::uint32_t symbol) noexcept {
  return {nullptr, 0, symbol};
}

enum class kind : std::uint32_t {
  gauge = REEVE_GAUGE,
  counter = REEVE_COUNTER,
  histogram = REEVE_HISTOGRAM,
  info = REEVE_INFO_METRIC
};

class host;

// One call from the host. Lives as long as that call.
class call {
 public:
  call(const reeve_host* host, const reeve_call* raw) noexcept : host_(host), raw_(raw) {}

  // False once the call should return: deadline or shutdown. Ask at least every 10 ms of work.
  bool carry_on() const noexcept { return host_->poll(host_, raw_) == REEVE_OK; }
  // carry_on(), by exception.
  void check() const {
    if (!carry_on()) throw failure("cancelled", REEVE_E_CANCELLED);
  }
  std::uint64_t cycle() const noexcept { return raw_->cycle; }
  std::chrono::nanoseconds scheduled_unix() const noexcept {
    return std::chrono::nanoseconds(raw_->sched_unix_ns);
  }
  const reeve_call* raw() const noexcept { return raw_; }
  const reeve_host* raw_host() const noexcept { return host_; }

 private:
  const reeve_host* host_;
  const reeve_call* raw_;
};

// The host's services. Cheap to copy; valid until the plugin is destroyed.
class host {
 public:
  explicit host(const reeve_host* raw) noexcept : raw_(raw) {}

  void log(std::uint32_t level, std::string_view text) const noexcept {
    if (level >= raw_->log_level(raw_)) raw_->log(raw_, level, text.data(), text.size());
  }
  std::chrono::nanoseconds mono() const noexcept {
    return std::chrono::nanoseconds(static_cast<std::int64_t>(raw_->mono_ns(raw_)));
  }
  // The extension's table, or null. T is the struct that the id names.
  template <class T>
  const T* extension(const char* id) const noexcept {
    return static_cast<const T*>(raw_->get_extension(raw_, id));
  }

  // Declares a family; throws failure when the host refuses it.
  std::uint32_t family(const call& c, kind k, std::string_view name, std::string_view help,
                       std::initializer_list<std::string_view> label_keys = {}, std::string_view unit = {},
                       std::span<const double> bounds = {}) const {
    std::vector<reeve_str> keys;
    for (std::string_view key : label_keys)
      keys.push_back(str(key));
    reeve_family f{};
    f.struct_size = sizeof f;
    f.kind = static_cast<std::uint32_t>(k);
    f.name = str(name);
    f.help = str(help);
    f.unit = str(unit);
    f.label_keys = keys.data();
    f.n_label_keys = static_cast<std::uint32_t>(keys.size());
    f.bounds = bounds.data();
    f.n_bounds = static_cast<std::uint32_t>(bounds.size());
    std::uint32_t id = 0;
    if (const reeve_status status = raw_->family(raw_, c.raw(), &f, &id); status < 0)
      throw failure("the host refused the family " + std::string(name), status);
    return id;
  }
  // The handle of one series, or 0 when the budget is used up; a point on handle 0 is dropped by the host.
  std::uint64_t series(const call& c, std::uint32_t family,
                       std::span<const reeve_label> labels) const noexcept {
    std::uint64_t id = 0;
    return raw_->series(raw_, c.raw(), family, labels.data(), &id) < 0 ? 0 : id;
  }
  void drop(const call& c, std::uint64_t series) const noexcept {
    if (series) raw_->series_drop(raw_, c.raw(), series);
  }
  reeve_status emit(const call& c, const reeve_batch& batch) const noexcept {
    return raw_->emit(raw_, c.raw(), &batch);
  }
  reeve_status event(const reeve_event& e) const noexcept { return raw_->event(raw_, &e); }

  const reeve_host* raw() const noexcept { return raw_; }

 private:
  const reeve_host* raw_;
};

// Collects points and labelled samples and sends them in batches. Made inside sample(); flush() ends it.
class emitter {
 public:
  emitter(const host& h, const call& c) : host_(h), call_(c) { points_.reserve(batch_entries); }

  void point(std::uint64_t series, double value) {
    points_.push_back({series, value});
    if (points_.size() == batch_entries) send();
  }
  // Labels are resolved at once; `labels` need not outlive this call.
  void sample(std::uint32_t family, std::span<const reeve_label> labels, double value) {
    const reeve_sample s{value, labels.data(), family, 0};
    reeve_batch batch = empty();
    batch.samples = &s;
    batch.n_samples = 1;
    note(host_.emit(call_, batch));
  }
  // Sends what is left. REEVE_OK, or REEVE_PARTIAL when the host dropped some; throws when the call is
  // cancelled.
  reeve_status flush() {
    send();
    return status_;
  }

 private:
  static constexpr std::size_t batch_entries = 1024;

  static reeve_batch empty() noexcept {
    reeve_batch batch{};
    batch.struct_size = sizeof batch;
    batch.sample_stride = sizeof(reeve_sample);
    batch.point_stride = sizeof(reeve_point);
    batch.hist_stride = sizeof(reeve_hist);
    return batch;
  }
  void send() {
    if (points_.empty()) return;
    reeve_batch batch = empty();
    batch.points = points_.data();
    batch.n_points = static_cast<std::uint32_t>(points_.size());
    points_.clear();
    note(host_.emit(call_, batch));
  }
  void note(reeve_status status) {
    if (status < 0) throw failure("the host refused a batch", status);
    if (status > status_) status_ = status;
  }

  const host& host_;
  const call& call_;
  std::vector<reeve_point> points_;
  reeve_status status_ = REEVE_OK;
};

// This instance's table. A getter returns the default when the key is absent; when it has the wrong type or
// is out of range that is reported with its place and configure() fails after it returned, so that all
// mistakes are told at once.
class config {
 public:
  explicit config(const reeve_config* raw) noexcept : raw_(raw) {}

  std::optional<std::string> text(const std::string& path) {
    reeve_str out{};
    if (!got(raw_->get_str(raw_, path.c_str(), &out))) return std::nullopt;
    return std::string(view(out));
  }
  std::string text_or(const std::string& path, std::string_view otherwise) {
    return text(path).value_or(std::string(otherwise));
  }
  bool flag_or(const std::string& path, bool otherwise) {
    std::int32_t out = otherwise;
    return got(raw_->get_bool(raw_, path.c_str(), &out)) ? out != 0 : otherwise;
  }
  std::int64_t integer_or(const std::string& path, std::int64_t otherwise, std::int64_t least,
                          std::int64_t most) {
    std::int64_t out = otherwise;
    if (!got(raw_->get_i64(raw_, path.c_str(), &out))) return otherwise;
    if (out < least || out > most) {
      reject(path, std::to_string(out) + " is out of range: " + std::to_string(least) + " to " +
                       std::to_string(most));
      return otherwise;
    }
    return out;
  }
  double number_or(const std::string& path, double otherwise) {
    double out = otherwise;
    return got(raw_->get_f64(raw_, path.c_str(), &out)) ? out : otherwise;
  }
  std::chrono::nanoseconds duration_or(const std::string& path, std::chrono::nanoseconds otherwise) {
    std::uint64_t out = 0;
    if (!got(raw_->get_duration_ns(raw_, path.c_str(), &out))) return otherwise;
    return std::chrono::nanoseconds(static_cast<std::int64_t>(out));
  }
  // Number of elements of an array or members of a table; 0 when absent.
  std::uint32_t length(const std::string& path) {
    std::uint32_t out = 0;
    return got(raw_->length(raw_, path.c_str(), &out)) ? out : 0;
  }
  // Whether the table at `path` ("" is the whole) has that key.
  bool has(const std::string& path, std::string_view key) {
    reeve_str out{};
    for (std::uint32_t i = 0; raw_->key_at(raw_, path.c_str(), i, &out) == REEVE_OK; ++i)
      if (view(out) == key) return true;
    return false;
  }
  std::vector<std::string> texts(const std::string& path) {
    std::vector<std::string> out;
    for (std::uint32_t i = 0, n = length(path); i < n; ++i)
      if (auto one = text(path + "[" + std::to_string(i) + "]")) out.push_back(*std::move(one));
    return out;
  }
  void reject(const std::string& path, std::string_view message) {
    rejected_ = true;
    raw_->reject(raw_, path.c_str(), message.data(), message.size());
  }
  bool rejected() const noexcept { return rejected_; }

 private:
  bool got(reeve_status status) noexcept {
    if (status == REEVE_OK) return true;
    if (status != REEVE_E_NOT_FOUND) rejected_ = true;
    return false;
  }

  const reeve_config* raw_;
  bool rejected_ = false;
};

// Base class of a plugin. The host calls one method at a time.
class plugin {
 public:
  explicit plugin(host h) : host_(h) {}
  virtual ~plugin() = default;
  plugin(const plugin&) = delete;
  plugin& operator=(const plugin&) = delete;

  virtual void configure(config&, const call&) {}
  virtual void start(const call&) {}
  virtual reeve_status sample(const call&) { return REEVE_OK; }
  virtual void stop(const call&) {}
  virtual const void* extension(const char*) noexcept { return nullptr; }

 protected:
  const host& the_host() const noexcept { return host_; }

 private:
  friend struct barrier;
  host host_;
};

// The exception barrier: every function here is what the host calls.
struct barrier {
  template <class Body>
  static reeve_status guard(const reeve_host* h, const reeve_call* c, Body&& body) noexcept {
    try {
      return body();
    } catch (const failure& e) {
      return fail(h, c, e.what(), e.status());
    } catch (const std::bad_alloc&) {
      return fail(h, c, "out of memory", REEVE_E_NOMEM);
    } catch (const std::exception& e) {
      return fail(h, c, e.what(), REEVE_E_FAIL);
    } catch (...) {
      return fail(h, c, "an exception that is not a std::exception", REEVE_E_FAIL);
    }
  }
  static reeve_status fail(const reeve_host* h, const reeve_call* c, std::string_view text,
                           reeve_status status) noexcept {
    h->set_error(h, c, text.data(), text.size());
    return status < 0 ? status : REEVE_E_FAIL;
  }
  static plugin& of(void* self) noexcept { return *static_cast<plugin*>(self); }

  template <class T>
  static reeve_status REEVE_CALL create(const reeve_host* h, const reeve_call* c, void** self) noexcept {
    return guard(h, c, [&] {
      *self = static_cast<plugin*>(std::make_unique<T>(host(h)).release());
      return REEVE_OK;
    });
  }
  static reeve_status REEVE_CALL configure(void* self, const reeve_call* c,
                                           const reeve_config* raw) noexcept {
    const reeve_host* h = of(self).host_.raw();
    return guard(h, c, [&]() -> reeve_status {
      config cfg(raw);
      of(self).configure(cfg, call(h, c));
      if (!cfg.rejected()) return REEVE_OK;
      throw failure("the configuration has errors", REEVE_E_ARG);
    });
  }
  static reeve_status REEVE_CALL start(void* self, const reeve_call* c) noexcept {
    const reeve_host* h = of(self).host_.raw();
    return guard(h, c, [&] {
      of(self).start(call(h, c));
      return REEVE_OK;
    });
  }
  static reeve_status REEVE_CALL sample(void* self, const reeve_call* c) noexcept {
    const reeve_host* h = of(self).host_.raw();
    return guard(h, c, [&] { return of(self).sample(call(h, c)); });
  }
  static reeve_status REEVE_CALL stop(void* self, const reeve_call* c) noexcept {
    const reeve_host* h = of(self).host_.raw();
    return guard(h, c, [&] {
      of(self).stop(call(h, c));
      return REEVE_OK;
    });
  }
  static void REEVE_CALL destroy(void* self) noexcept { delete &of(self); }
  static const void* REEVE_CALL extension(void* self, const char* id) noexcept {
    return of(self).extension(id);
  }

  template <class T>
  static const reeve_module* module() noexcept {
    static const reeve_plugin_ops ops{
        sizeof(reeve_plugin_ops), 0, &create<T>, &configure, &start, &sample, &stop, &destroy, &extension};
    static const reeve_plugin_desc desc{sizeof(reeve_plugin_desc),
                                        T::about.flags,
                                        T::about.id,
                                        T::about.name,
                                        T::about.version,
                                        T::about.vendor,
                                        T::about.text,
                                        T::about.license,
                                        T::about.needs,
                                        T::about.provides,
                                        &ops,
                                        static_cast<std::uint64_t>(T::about.default_interval.count())};
    static const reeve_plugin_desc* const all[] = {&desc};
    static const reeve_module self{
        sizeof(reeve_module), REEVE_ABI_MAJOR, REEVE_ABI_MINOR, 0, 0, 1, all, "cpp/1.0"};
    return &self;
  }
};

} // namespace reeve::sdk

// Defines the module's one exported symbol for the plugin class T, which has
//   static constexpr reeve::sdk::description about{...};   and a constructor   explicit T(reeve::sdk::host)
#define REEVE_PLUGIN(T)                                                                                      \
  extern "C" REEVE_EXPORT const reeve_module* REEVE_CALL reeve_module_v1(std::uint32_t) noexcept {           \
    return reeve::sdk::barrier::module<T>();                                                                 \
  }
