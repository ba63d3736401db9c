// SPDX-License-Identifier: Apache-2.0
// A plugin that does what `does` in its table says, all of it bad. Ignores every request to return.
#include "reeve/plugin.hpp"

#include <array>
#include <thread>

namespace {

namespace sdk = reeve::sdk;

[[noreturn]] void hang() {
  for (;;)
    std::this_thread::sleep_for(std::chrono::hours(1));
}

class misbehaving final : public sdk::plugin {
 public:
  static constexpr sdk::description about{"org.reeve.test.misbehaving", "misbehaving", "1.0.0", "Reeve",
                                          "Misbehaves as told",         "Apache-2.0"};

  explicit misbehaving(sdk::host h) : plugin(h) {}

  void configure(sdk::config& config, const sdk::call&) override {
    does_ = config.text_or("does", "");
    if (does_ == "hang-in-configure") hang();
  }
  void start(const sdk::call&) override {
    if (does_ == "hang-in-start") hang();
  }
  void stop(const sdk::call&) override {
    if (does_ == "hang-in-stop") hang();
  }

  reeve_status sample(const sdk::call& call) override {
    if (does_ == "hang-in-sample") hang();
    if (does_ == "throw") throw std::runtime_error("thrown by the plugin");
    if (does_ == "throw-a-number") throw 42;
    if (does_ == "fail") throw sdk::failure("the disk of numbers is empty", REEVE_E_NOT_FOUND);
    if (does_ == "flood") return flood(call);
    if (does_ == "bad-text") return bad_text(call);
    return well(call);
  }

 private:
  reeve_status well(const sdk::call& call) {
    const std::uint32_t family =
        the_host().family(call, sdk::kind::gauge, "misbehaving_fine", "Nothing is wrong.");
    sdk::emitter out(the_host(), call);
    out.sample(family, {}, 1);
    return out.flush();
  }

  // Ten million series, each with a label of its own, in batches as the header advises.
  reeve_status flood(const sdk::call& call) {
    constexpr std::uint32_t series = 10'000'000, per_batch = 1000;
    const std::uint32_t family =
        the_host().family(call, sdk::kind::gauge, "misbehaving_flood", "Too many series.", {"number"});
    std::array<std::array<char, 16>, per_batch> texts{};
    std::array<reeve_label, per_batch> labels{};
    std::array<reeve_sample, per_batch> samples{};
    reeve_batch batch{};
    batch.struct_size = sizeof batch;
    batch.samples = samples.data();
    batch.n_samples = per_batch;
    batch.sample_stride = sizeof samples[0];
    reeve_status worst = REEVE_OK;
    for (std::uint32_t begin = 0; begin < series; begin += per_batch) {
      for (std::uint32_t i = 0; i < per_batch; ++i) {
        std::uint32_t rest = begin + i;
        for (std::size_t digit = texts[i].size(); digit-- > 0; rest /= 10)
          texts[i][digit] = static_cast<char>('0' + rest % 10);
        labels[i] = {texts[i].data(), static_cast<std::uint32_t>(texts[i].size()), 0};
        samples[i] = {1, &labels[i], family, 0};
      }
      const reeve_status status = the_host().emit(call, batch);
      if (status < 0) throw sdk::failure("stopped while flooding", status);
      worst = std::max(worst, status);
    }
    return worst;
  }

  reeve_status bad_text(const sdk::call& call) {
    for (const std::string_view name :
         {"no blanks allowed", "9_begins_with_a_digit", "", "misbehaving\n_newline"}) {
      try {
        the_host().family(call, sdk::kind::gauge, name, "An illegal name.");
        throw std::logic_error("the host took an illegal name");
      } catch (const sdk::failure&) { // as it should be
      }
    }
    const std::uint32_t family = the_host().family(call, sdk::kind::gauge, "misbehaving_text",
                                                   "Help with \xff and\nmore \\ lines.", {"text"});
    sdk::emitter out(the_host(), call);
    const std::string longest(100'000, 'x');
    for (const std::string_view text :
         {std::string_view("\xff\xfe"), std::string_view("cut \xe2\x82"), std::string_view("a\0b", 3),
          std::string_view("\"quoted\"\n\\"), std::string_view(longest)}) {
      const reeve_label label = sdk::label(text);
      out.sample(family, {&label, 1}, 1);
    }
    return out.flush();
  }

  std::string does_;
};

} // namespace

REEVE_PLUGIN(misbehaving)
