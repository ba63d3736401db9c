// SPDX-License-Identifier: Apache-2.0
// What an agent reads of its audit log and of its memory of rules. The first byte chooses: one line, a written log that is
// changed by the bytes, or the text of the memory.
#include "tests/fuzz/fuzzing.hpp"

#include "reeve/base/strings.hpp"
#include "reeve/base/text_fields.hpp"
#include "reeve/os/state_file.hpp"
#include "reeve/remedy/audit_check.hpp"
#include "reeve/remedy/audit_log.hpp"
#include "reeve/remedy/engine.hpp"

#include <cstdlib>
#include <filesystem>
#include <random>
#include <string>
#include <string_view>

namespace {

namespace fs = std::filesystem;
namespace os = reeve::os;
namespace remedy = reeve::remedy;
using reeve::cat;
using reeve::nanoseconds;

using reeve::fuzzing::expect;
using reeve::fuzzing::still_clock;

const still_clock still;

class idle_machine final : public remedy::actuator {
 public:
  reeve::result<remedy::target> resolve(std::string_view, const reeve::rules::label_list&) override {
    return remedy::target{remedy::target_kind::process, "web", {12, 345}, "web", "reeve", false, "web"};
  }
  void begin(const remedy::action_request&, std::function<void(reeve::result<>)> done) override { done({}); }
  void cancel(std::uint64_t) override {}
  remedy::target_health health_of(const remedy::target&) override { return remedy::target_health::healthy; }
  bool is_shutting_down() override { return false; }
  reeve::process_id self() override { return {100, 1}; }
  std::vector<reeve::process_id> ancestors() override { return {}; }
  std::string user() override { return "reeve"; }
};

// A line that is taken is written the same again.
void read_line(std::string_view text) {
  const auto read = remedy::entry_from_line(text);
  if (!read) {
    expect(!read.error().message.empty());
    return;
  }
  (void)matches({"leak", "process:web", "failed", nanoseconds(1)}, *read);
  expect(to_line(*read) == text && text.find('\n') == text.npos);
}

// A log of some lines, made once, and a folder for what becomes of it.
class written_log {
 public:
  written_log() : folder_(fs::temp_directory_path() / cat("reeve-audit-fuzz-", std::random_device()())) {
    expect(os::make_private_folder(folder_.string()).has_value());
    auto log = remedy::audit_log::open({path()}, still);
    expect(log.has_value());
    remedy::audit_entry e;
    e.source = "rule a";
    e.event = remedy::audit_event::refused;
    expect((*log)->append(e).has_value());
    e.event = remedy::audit_event::action_begins;
    e.action_id = *(*log)->append(e);
    e.event = remedy::audit_event::action_ended;
    expect((*log)->append(e).has_value());
    text_ = *os::read_state_file(path());
    head_ = *os::read_state_file(head_path());
  }
  ~written_log() {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }
  written_log(const written_log&) = delete;
  written_log& operator=(const written_log&) = delete;

  const std::string& text() const noexcept { return text_; }
  std::string path() const { return (folder_ / "audit.jsonl").string(); }
  void leave(std::string_view text) const {
    expect(os::write_state_file(path(), text).has_value());
    expect(os::write_state_file(head_path(), head_).has_value());
  }

 private:
  std::string head_path() const { return path() + ".head"; }

  fs::path folder_;
  std::string text_, head_;
};

// Each three bytes and what follows them up to a tab: from where, how many bytes, and what stands there instead.
std::string changed(std::string text, std::string_view edits) {
  while (edits.size() >= 3 && !text.empty()) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(edits[i]); };
    const std::size_t at = (byte(0) * 256u + byte(1)) % text.size(), length = byte(2);
    edits.remove_prefix(3);
    text.replace(at, length, reeve::take_until(edits, '\t'));
  }
  return text;
}

// Whole lines may be gone from the beginning, as with a full file that was removed; nothing else.
bool may_pass(std::string_view text, std::string_view original) {
  return !text.empty() && original.ends_with(text) &&
         (text.size() == original.size() || original[original.size() - text.size() - 1] == '\n');
}

void change_log(std::string_view edits) {
  static const written_log log;
  const std::string text = changed(log.text(), edits);
  log.leave(text);
  const auto found = remedy::verify_audit(log.path());
  expect(found && found->problem.has_value() == !may_pass(text, log.text()));
  // Who goes on with it hides nothing.
  {
    auto next = remedy::audit_log::open({log.path()}, still);
    expect(next.has_value());
    remedy::audit_entry e;
    e.source = "rule after";
    expect((*next)->append(e).has_value());
  }
  const auto after = remedy::verify_audit(log.path());
  const bool lacks_an_end_only = may_pass(cat(text, "\n"), log.text());
  expect(after && (after->problem || after->recorded > 0) == (found->problem && !lacks_an_end_only));
  const auto entries = remedy::read_audit(log.path(), {});
  expect(entries && !entries->empty() && entries->back().source == "rule after");
}

// What is taken is written the same again and can be gone on with; what is refused changes nothing.
void read_memory(std::string_view text) {
  idle_machine machine;
  const auto ignore = [](const remedy::remedy_event&) {};
  remedy::engine first(still, machine, "linux", ignore);
  const std::string empty = first.to_text();
  if (!first.from_text(text)) {
    expect(first.to_text() == empty);
    return;
  }
  const std::string written = first.to_text();
  remedy::engine second(still, machine, "linux", ignore);
  expect(second.from_text(written) && second.to_text() == written);

  remedy::engine_settings settings;
  settings.remedy.mode = "act";
  settings.remedy.on_audit_failure = "act";
  remedy::response r;
  r.name = "a";
  r.settings.steps.resize(1);
  r.settings.steps[0].action = "restart";
  r.settings.steps[0].target = "process:web";
  settings.responses.push_back(r);
  second.apply(settings);
  (void)second.accept({"a", "f", nanoseconds(1), {{"x", "y"}}, "1", true});
  second.advance();
  remedy::silence s;
  s.matchers.push_back({"rule", "a", true});
  s.until = still.unix_time() + std::chrono::hours(1);
  if (const auto id = second.add_silence(s)) expect(*id != 0);
  (void)second.explain("a");
  remedy::engine third(still, machine, "linux", ignore);
  expect(third.from_text(second.to_text()) && third.to_text() == second.to_text());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0]) {
  case 'l':
    read_line(text);
    break;
  case 'c':
    change_log(text);
    break;
  case 'm':
    read_memory(text);
    break;
  default:
    return -1; // not worth keeping
  }
  return 0;
}
