// SPDX-License-Identifier: Apache-2.0
// An event sink without sample(): writes "source name severity: message" for each event into `file`, or does what
// `does` says.
#include "reeve/event_sink.hpp"

#include <fstream>
#include <string>
#include <thread>

namespace {

namespace sdk = reeve::sdk;

class recorder final : public sdk::sink_plugin {
 public:
  static constexpr sdk::description about{.id = "org.reeve.test.recorder",
                                          .name = "recorder",
                                          .version = "1.0.0",
                                          .vendor = "Reeve",
                                          .text = "Writes events into a file",
                                          .license = "Apache-2.0",
                                          .provides = sdk::sink_plugin::ids};

  explicit recorder(sdk::host h) : sink_plugin(h) {}

  void configure(sdk::config& config, const sdk::call&) override {
    file_ = config.text_or("file", "");
    does_ = config.text_or("does", "");
  }
  reeve_status on_events(const sdk::call&, std::span<const reeve_event* const> events,
                         std::uint32_t& done) override {
    if (does_ == "hang")
      for (;;)
        std::this_thread::sleep_for(std::chrono::hours(1));
    if (does_ == "fail") throw sdk::failure("the paper is out");
    std::ofstream out(file_, std::ios::app | std::ios::binary);
    for (const reeve_event* e : events) {
      out << sdk::view(e->source) << ' ' << sdk::view(e->name) << ' ' << e->severity << ": "
          << sdk::view(e->message) << '\n';
      ++done;
    }
    return REEVE_OK;
  }
  void flush(const sdk::call&) override {
    std::ofstream(file_, std::ios::app | std::ios::binary) << "flush\n";
  }

 private:
  std::string file_, does_;
};

} // namespace

// The wrapper's sample() does nothing; here there is none at all.
extern "C" REEVE_EXPORT const reeve_module* REEVE_CALL reeve_module_v1(std::uint32_t) noexcept {
  const reeve_module* made = sdk::barrier::module<recorder>();
  static reeve_plugin_ops ops = *made->plugins[0]->ops;
  ops.sample = nullptr;
  static reeve_plugin_desc desc = *made->plugins[0];
  desc.ops = &ops;
  static const reeve_plugin_desc* const all[] = {&desc};
  static reeve_module own = *made;
  own.plugins = all;
  return &own;
}
