// SPDX-License-Identifier: Apache-2.0
// Finds the weights of handle-leak's detector and writes them as its source file. Neither the seeds that it learns from
// nor those that it chooses by are those of leak_detector_score_test.
#include "fit/trainer.hpp"
#include "leak_watch.hpp"
#include "score.hpp"

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <string>
#include <thread>

namespace reeve::leaks {
namespace {

using handle_leak::evidence_weights;

constexpr std::uint64_t first_seed = 1001; // to learn from
constexpr std::uint64_t choosing_seed = 5001, choosing_seeds = 16;
constexpr std::uint64_t checking_seed = 6001, checking_seeds = 16;

score score_of(const evidence_weights& w, std::uint64_t first, std::uint64_t seeds) {
  const make_judge make = [&w](const trace& t) -> judge {
    handle_leak::detector_options o;
    o.unit = handle_leak::unit_of(static_cast<handle_leak::resource>(t.of));
    o.weights = &w;
    return [d = handle_leak::leak_detector(o)](const reading& r) mutable {
      return d.add(r.seconds, r.value).suspected;
    };
  };
  std::vector<score> of_seed(seeds);
  std::atomic<std::uint64_t> next = 0;
  const auto work = [&] {
    for (std::uint64_t s = next++; s < seeds; s = next++)
      for (const trace& t : make_traces(first + s))
        add_to(of_seed[s], t, make);
  };
  std::thread other(work);
  work();
  other.join();
  score out;
  for (const score& s : of_seed)
    merge(out, s);
  return out;
}

evidence_weights shifted(evidence_weights w, double by) {
  w[handle_leak::weights_of_inputs] += static_cast<float>(by); // the first input is always 1
  return w;
}

// How far all three figures are on the right side of what is asked of them, in standard errors of ten seeds.
double margin(const score& s) {
  return std::min(
      {(s.precision() - 0.97) / 0.0037, (s.recall() - 0.90) / 0.0065, (120 - s.median_delay()) / 5});
}

// The loss knows nothing of the figures; where a suspicion begins decides between them. Climbs in ever shorter steps.
evidence_weights choose_threshold(const evidence_weights& w) {
  std::map<int, double> margins; // by the shift in hundredths
  const auto attempt = [&](int hundredths) {
    const auto [it, is_new] = margins.try_emplace(hundredths);
    if (is_new) {
      const score s = score_of(shifted(w, hundredths / 100.0), choosing_seed, choosing_seeds);
      std::printf("shifted by %+.2f: precision %.4f  recall %.4f  median delay %.0f\n", hundredths / 100.0,
                  s.precision(), s.recall(), s.median_delay());
      std::fflush(stdout);
      it->second = margin(s);
    }
    return it->second;
  };
  int at = -40;
  for (const int step : {20, 10, 5})
    for (const int by : {-step, step})
      while (attempt(at + by) > attempt(at))
        at += by;
  return shifted(w, at / 100.0);
}

bool write(const evidence_weights& w, const std::string& path) {
  std::ofstream out(path);
  out << "// SPDX-License-Identifier: Apache-2.0\n"
         "// Written by fit_leak_weights (tests/leaks/fit); not to be changed by hand.\n"
         "#include \"leak_evidence.hpp\"\n\n"
         "namespace reeve::handle_leak {\n\n"
         "// clang-format off\n"
         "const evidence_weights fitted_weights{";
  for (std::size_t i = 0; i < w.size(); ++i) {
    char text[24];
    std::snprintf(text, sizeof text, "%.4ff", static_cast<double>(w[i]));
    out << (i % 10 == 0 ? "\n    " : " ") << text << (i + 1 < w.size() ? "," : "");
  }
  out << "};\n// clang-format on\n\n} // namespace reeve::handle_leak\n";
  return static_cast<bool>(out.flush());
}

int fit(std::uint64_t seeds, int epochs, const std::string& path) {
  const std::vector<judged_trace> traces = see_seeds(first_seed, seeds);
  trainer t(traces, epochs, 1);
  for (int e = 1; e <= epochs; ++e) {
    const double loss = t.epoch();
    std::printf("epoch %d of %d: loss %.4f\n", e, epochs, loss);
    std::fflush(stdout);
  }
  const evidence_weights w = choose_threshold(t.weights());
  const score s = score_of(w, checking_seed, checking_seeds);
  std::printf("%s", to_table(s).c_str());
  if (write(w, path)) return 0;
  std::fprintf(stderr, "fit_leak_weights: %s cannot be written\n", path.c_str());
  return 1;
}

} // namespace
} // namespace reeve::leaks

int main(int count, char** arguments) {
  const std::vector<std::string> words(arguments + 1, arguments + count);
  const auto number = [&](std::size_t i, int usual) {
    return i < words.size() ? std::atoi(words[i].c_str()) : usual;
  };
  const int seeds = number(1, 200), epochs = number(2, 20);
  if (words.empty() || words.size() > 3 || words[0].starts_with('-') || seeds < 1 || epochs < 1) {
    std::fprintf(stderr, "usage: fit_leak_weights FILE [SEEDS [EPOCHS]]\n"
                         "  FILE    the source file to write: plugins/handle-leak/leak_weights.cpp\n"
                         "  SEEDS   so many to learn from (200), of 420 traces and about 18 MB each\n"
                         "  EPOCHS  so many times over all of them (20)\n");
    return 2;
  }
  return reeve::leaks::fit(static_cast<std::uint64_t>(seeds), epochs, words[0]);
}
