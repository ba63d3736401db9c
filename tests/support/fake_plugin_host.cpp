// SPDX-License-Identifier: Apache-2.0
#include "tests/support/fake_plugin_host.hpp"

#include "tests/support/fake_table_calls.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

extern "C" const reeve_module* REEVE_CALL reeve_module_v1(std::uint32_t host_minor);

namespace reeve::testing {

namespace {

std::string text_of(reeve_str s) {
  return std::string(s.ptr ? s.ptr : "", s.len);
}

// Enough for a test: lead bytes have the continuation bytes they promise.
bool looks_like_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i++]);
    int more = lead < 0x80 ? 0 : lead < 0xC2 ? -1 : lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : lead < 0xF5 ? 3 : -1;
    if (more < 0) return false;
    for (; more > 0; --more, ++i)
      if (i >= text.size() || (static_cast<unsigned char>(text[i]) & 0xC0) != 0x80) return false;
  }
  return true;
}

} // namespace

struct fake_host_calls {
  static fake_plugin_host& of(const reeve_host* h) { return *static_cast<fake_plugin_host*>(h->ctx); }

  static const void* REEVE_CALL get_extension(const reeve_host* h, const char* id) {
    using tables = fake_table_calls;
    static const reeve_process_table processes{sizeof(reeve_process_table), 0, &tables::want_processes,
                                               &tables::read_processes};
    static const reeve_socket_table sockets{sizeof(reeve_socket_table), 0, &tables::want_sockets,
                                            &tables::read_sockets};
    static const reeve_file_locks file_locks{sizeof(reeve_file_locks), 0, &tables::want_files,
                                             &tables::read_files};
    static const reeve_counters counters{sizeof(reeve_counters), 0, &tables::want_counter,
                                         &tables::read_counters};
    static const reeve_open_files open_files{sizeof(reeve_open_files), 10, &tables::read_open_files};
    static const std::map<std::string_view, const void*> all{{REEVE_EXT_PROCESS_TABLE, &processes},
                                                             {REEVE_EXT_SOCKET_TABLE, &sockets},
                                                             {REEVE_EXT_FILE_LOCKS, &file_locks},
                                                             {REEVE_EXT_COUNTERS, &counters},
                                                             {REEVE_EXT_OPEN_FILES, &open_files}};
    const auto found = all.find(id);
    return found == all.end() || of(h).missing_extensions.contains(id) ? nullptr : found->second;
  }
  static std::uint64_t REEVE_CALL mono_ns(const reeve_host* h) { return of(h).mono_ns; }
  static std::uint32_t REEVE_CALL log_level(const reeve_host*) { return REEVE_INFO; }
  static void REEVE_CALL log(const reeve_host* h, std::uint32_t, const char* text, std::size_t len) {
    of(h).logs_.emplace_back(text, len);
  }
  static void REEVE_CALL set_error(const reeve_host* h, const reeve_call*, const char* text,
                                   std::size_t len) {
    of(h).last_error_.assign(text, len);
  }
  static reeve_status REEVE_CALL poll(const reeve_host* h, const reeve_call*) {
    auto& left = of(h).polls_until_cancelled;
    if (!left) return REEVE_OK;
    if (*left == 0) return REEVE_E_CANCELLED;
    --*left;
    return REEVE_OK;
  }
  static reeve_status REEVE_CALL family(const reeve_host* h, const reeve_call*, const reeve_family* f,
                                        std::uint32_t* id) {
    fake_plugin_host& self = of(h);
    if (!self.in_call_) self.violate("family() outside of a call");
    fake_plugin_host::family made{text_of(f->name), text_of(f->help), text_of(f->unit), f->kind, {}};
    for (std::uint32_t i = 0; i < f->n_label_keys; ++i)
      made.keys.push_back(text_of(f->label_keys[i]));
    if (made.name.ends_with("_total") || made.name.ends_with("_info"))
      self.violate(made.name + ": the host adds the suffix");
    if (!made.unit.empty() && !made.name.ends_with("_" + made.unit))
      self.violate(made.name + " does not end in its unit");
    if (made.help.empty()) self.violate(made.name + " has no help");
    for (std::uint32_t i = 0; i < self.families_.size(); ++i) {
      const fake_plugin_host::family& old = self.families_[i];
      if (old.name != made.name) continue;
      if (old.help != made.help || old.kind != made.kind || old.keys != made.keys || old.unit != made.unit) {
        self.violate(made.name + " was registered with another schema");
        return REEVE_E_ARG;
      }
      *id = i;
      return REEVE_OK;
    }
    *id = static_cast<std::uint32_t>(self.families_.size());
    self.families_.push_back(std::move(made));
    return REEVE_OK;
  }
  static reeve_status REEVE_CALL intern(const reeve_host*, const reeve_call*, const char*, std::size_t,
                                        std::uint32_t*) {
    return REEVE_E_UNSUPPORTED; // no plugin here needs it yet
  }
  static reeve_status REEVE_CALL series(const reeve_host* h, const reeve_call*, std::uint32_t family,
                                        const reeve_label* labels, std::uint64_t* out) {
    fake_plugin_host& self = of(h);
    if (!self.in_call_) self.violate("series() outside of a call");
    if (family >= self.families_.size()) {
      self.violate("a series of a family that is not registered");
      return REEVE_E_ARG;
    }
    if (self.keep_nothing) {
      *out = ++self.live_;
      return REEVE_OK;
    }
    std::vector<std::string> values;
    for (std::size_t i = 0; i < self.families_[family].keys.size(); ++i) {
      values.emplace_back(labels[i].ptr, labels[i].len);
      if (!looks_like_utf8(values.back())) self.violate("a label value that is not UTF-8");
      if (values.back().size() > 256) self.violate("a label value of more than 256 bytes");
    }
    const auto known = self.handles_.find({family, values});
    if (known != self.handles_.end()) {
      *out = known->second;
      return REEVE_OK;
    }
    if (self.live_ >= self.max_series) return REEVE_E_LIMIT;
    self.series_.push_back({family, values});
    ++self.live_;
    *out = self.series_.size();
    self.handles_.emplace(std::pair{family, std::move(values)}, *out);
    return REEVE_OK;
  }
  static void REEVE_CALL series_drop(const reeve_host* h, const reeve_call*, std::uint64_t handle) {
    fake_plugin_host& self = of(h);
    if (self.keep_nothing) return;
    if (handle == 0 || handle > self.series_.size() || !self.series_[handle - 1].live) {
      self.violate("series_drop() of a series that is not there");
      return;
    }
    fake_plugin_host::series& s = self.series_[handle - 1];
    s.live = false;
    --self.live_;
    self.handles_.erase({s.family, s.values});
  }
  static reeve_status REEVE_CALL emit(const reeve_host* h, const reeve_call* call, const reeve_batch* batch) {
    fake_plugin_host& self = of(h);
    if (!self.in_sample_) self.violate("emit() outside of sample()");
    self.points_ += batch->n_points;
    if (batch->n_hists != 0) self.violate("histograms are not supported here so far");
    if (self.keep_nothing) return REEVE_OK;
    reeve_status status = REEVE_OK;
    for (std::uint32_t i = 0; i < batch->n_samples; ++i) {
      const auto& s = *reinterpret_cast<const reeve_sample*>(reinterpret_cast<const char*>(batch->samples) +
                                                             std::size_t{i} * batch->sample_stride);
      std::uint64_t handle = 0;
      const std::size_t before = self.series_.size();
      if (const reeve_status made = series(h, call, s.family, s.labels, &handle); made < 0) {
        status = REEVE_PARTIAL;
        continue;
      }
      if (self.series_.size() != before) self.series_.back().by_sample = true;
      self.write(handle, s.value);
    }
    for (std::uint32_t i = 0; i < batch->n_points; ++i) {
      const auto& p = *reinterpret_cast<const reeve_point*>(reinterpret_cast<const char*>(batch->points) +
                                                            std::size_t{i} * batch->point_stride);
      if (p.series == 0) {
        ++self.dropped_points_;
        status = REEVE_PARTIAL;
        continue;
      }
      if (p.series > self.series_.size() || !self.series_[p.series - 1].live) {
        self.violate("a point on a series that is not there");
        continue;
      }
      self.write(p.series, p.value);
    }
    return status;
  }
  static reeve_status REEVE_CALL event(const reeve_host* h, const reeve_event* e) {
    fake_plugin_host& self = of(h);
    if (e->id == 0 || e->id > 65535) self.violate("an event has no id");
    fake_event& out = self.events.emplace_back();
    out.severity = e->severity;
    out.id = e->id;
    out.name.assign(e->name.ptr, e->name.len);
    out.message.assign(e->message.ptr, e->message.len);
    for (std::uint32_t i = 0; i < e->n_fields; ++i) {
      const reeve_field& f = e->fields[i];
      std::string value;
      if (f.vtype == REEVE_T_STR) value.assign(f.v.str.ptr, f.v.str.len);
      if (f.vtype == REEVE_T_I64 || f.vtype == REEVE_T_BOOL) value = std::to_string(f.v.i64);
      if (f.vtype == REEVE_T_U64) value = std::to_string(f.v.u64);
      if (f.vtype == REEVE_T_F64) value = std::to_string(f.v.f64);
      out.fields.emplace(std::string(f.key.ptr, f.key.len), std::move(value));
    }
    return REEVE_OK;
  }
};

void fake_table_calls::note_reading(const reeve_host* h) {
  if (!of(h).in_sample_) of(h).violate("a table was read outside of sample()");
}

fake_plugin_host::fake_plugin_host(std::uint32_t index) {
  const reeve_module* module = reeve_module_v1(REEVE_ABI_MINOR);
  if (!module || index >= module->n_plugins) throw std::runtime_error("the module has no such plugin");
  desc_ = module->plugins[index];
  host_.struct_size = sizeof host_;
  host_.abi_major = REEVE_ABI_MAJOR;
  host_.abi_minor = REEVE_ABI_MINOR;
  host_.agent_name = "fake";
  host_.agent_version = "0";
  host_.ctx = this;
  host_.get_extension = &fake_host_calls::get_extension;
  host_.mono_ns = &fake_host_calls::mono_ns;
  host_.log_level = &fake_host_calls::log_level;
  host_.log = &fake_host_calls::log;
  host_.set_error = &fake_host_calls::set_error;
  host_.poll = &fake_host_calls::poll;
  host_.family = &fake_host_calls::family;
  host_.intern = &fake_host_calls::intern;
  host_.series = &fake_host_calls::series;
  host_.series_drop = &fake_host_calls::series_drop;
  host_.emit = &fake_host_calls::emit;
  host_.event = &fake_host_calls::event;
}

fake_plugin_host::~fake_plugin_host() {
  if (phase_ == phase::running) stop();
  if (phase_ != phase::none) desc_->ops->destroy(self_);
}

template <class Body>
reeve_status fake_plugin_host::call(Body&& body, bool sampling) {
  reeve_call c{};
  c.struct_size = sizeof c;
  c.cycle = cycle_;
  c.interval_ns = sampling ? interval_ns : 0;
  in_call_ = true;
  in_sample_ = sampling;
  last_error_.clear();
  const reeve_status status = body(&c);
  in_call_ = in_sample_ = false;
  return status;
}

reeve_status fake_plugin_host::configure(std::string_view toml, std::string_view part) {
  config_ = std::make_unique<fake_config>(toml, part);
  const reeve_status created =
      call([&](const reeve_call* c) { return desc_->ops->create(&host_, c, &self_); });
  if (created < 0) return created;
  phase_ = phase::created;
  const reeve_status status =
      call([&](const reeve_call* c) { return desc_->ops->configure(self_, c, config_->raw()); });
  if (status >= 0) phase_ = phase::configured;
  if ((status >= 0) != config_->rejections().empty()) violate("configure() and reject() disagree");
  return status;
}

reeve_status fake_plugin_host::start() {
  const reeve_status status = call([&](const reeve_call* c) { return desc_->ops->start(self_, c); });
  if (status >= 0) phase_ = phase::running;
  return status;
}

reeve_status fake_plugin_host::stop() {
  phase_ = phase::configured;
  return call([&](const reeve_call* c) { return desc_->ops->stop(self_, c); });
}

const reeve_event_sink* fake_plugin_host::sink() {
  const auto* out =
      phase_ == phase::running
          ? static_cast<const reeve_event_sink*>(desc_->ops->get_extension(self_, REEVE_EXT_EVENT_SINK))
          : nullptr;
  if (!out) throw std::runtime_error("the plugin is no event sink, or does not run");
  return out;
}

reeve_status fake_plugin_host::offer(const std::vector<const reeve_event*>& batch, std::uint32_t& done) {
  const reeve_event_sink* to = sink();
  const reeve_status status = call([&](const reeve_call* c) {
    return to->on_events(self_, c, batch.data(), static_cast<std::uint32_t>(batch.size()), &done);
  });
  if (done > batch.size()) violate("more events are done than were offered");
  return status;
}

reeve_status fake_plugin_host::flush() {
  const reeve_event_sink* to = sink();
  return call([&](const reeve_call* c) { return to->flush(self_, c); });
}

void fake_plugin_host::run(std::string_view toml) {
  std::string why;
  if (configure(toml) < 0)
    for (const fake_config::rejection& r : config_->rejections())
      why += r.path + ": " + r.message + "\n";
  for (const std::string& key : config_->unread())
    why += "unknown key " + key + "\n";
  if (why.empty() && start() < 0) why = last_error_;
  if (!why.empty()) throw std::runtime_error(why);
}

reeve_status fake_plugin_host::sample() {
  ++cycle_;
  mono_ns += interval_ns;
  written_.clear();
  const reeve_status status = call([&](const reeve_call* c) { return desc_->ops->sample(self_, c); }, true);
  if (status >= 0 && !keep_nothing) publish();
  return status;
}

std::string fake_plugin_host::exposed_name(const family& f) const {
  return f.name + (f.kind == REEVE_COUNTER ? "_total" : f.kind == REEVE_INFO_METRIC ? "_info" : "");
}

std::string fake_plugin_host::text_of(const series& s) const {
  const family& f = families_[s.family];
  std::string labels;
  for (std::size_t i = 0; i < f.keys.size(); ++i) {
    if (s.values[i].empty()) continue;
    labels += (labels.empty() ? "" : ",") + f.keys[i] + "=\"";
    for (const char c : s.values[i]) {
      if (c == '\\' || c == '"') labels += '\\';
      if (c == '\n')
        labels += "\\n";
      else
        labels += c;
    }
    labels += '"';
  }
  return exposed_name(f) + (labels.empty() ? "" : "{" + labels + "}");
}

void fake_plugin_host::write(std::uint64_t handle, double value) {
  series& s = series_[handle - 1];
  if (s.cycle == cycle_) violate("written twice in one cycle: " + text_of(s));
  s.cycle = cycle_;
  s.value = value;
  written_.push_back(handle);
}

void fake_plugin_host::publish() {
  published_.clear();
  for (const std::uint64_t handle : written_)
    if (const series& s = series_[handle - 1]; s.live) published_[text_of(s)] = s.value;
  for (series& s : series_)
    if (s.live && s.by_sample && s.cycle != cycle_) {
      s.live = false;
      --live_;
      handles_.erase({s.family, s.values});
    }
}

std::optional<double> fake_plugin_host::value(std::string_view exposed) const {
  const auto at = published_.find(std::string(exposed));
  return at == published_.end() ? std::nullopt : std::optional(at->second);
}

std::vector<std::string> fake_plugin_host::with_prefix(std::string_view prefix) const {
  std::vector<std::string> out;
  for (const auto& [exposed, number] : published_)
    if (exposed.starts_with(prefix)) out.push_back(exposed);
  return out;
}

std::set<std::string> fake_plugin_host::families() const {
  std::set<std::string> out;
  for (const family& f : families_)
    out.insert(exposed_name(f));
  return out;
}

} // namespace reeve::testing
