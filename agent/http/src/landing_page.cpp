// SPDX-License-Identifier: Apache-2.0
#include "reeve/http/landing_page.hpp"

#include "reeve/base/strings.hpp"

#include <algorithm>
#include <chrono>
#include <string_view>

namespace reeve::http {
namespace {

constexpr std::string_view style = R"css(
:root{color-scheme:light dark;--back:#fbfaf7;--card:#fff;--ink:#23262b;--soft:#666d78;--line:#e3e0d8;--link:#1f5fa8;--good:#2f7d4f;--bad:#b3412e}
@media (prefers-color-scheme:dark){:root{--back:#17191d;--card:#1f2227;--ink:#e6e4df;--soft:#9aa1ac;--line:#343840;--link:#86b7f0;--good:#77c698;--bad:#f0907d}}
*{box-sizing:border-box}
body{margin:0;background:var(--back);color:var(--ink);font:16px/1.55 system-ui,sans-serif}
main{max-width:60rem;margin:0 auto;padding:2.5rem 1.25rem}
h1{font-size:1.7rem;margin:0}h2{font-size:1.1rem;margin:2.2rem 0 .6rem}
.version,.empty{color:var(--soft);margin:.2rem 0 0}
a{color:var(--link)}
ul{list-style:none;margin:1.6rem 0 0;padding:0;display:grid;gap:.7rem;grid-template-columns:repeat(auto-fill,minmax(16rem,1fr))}
li{background:var(--card);border:1px solid var(--line);border-radius:.5rem;padding:.8rem 1rem}
li span{display:block;color:var(--soft);font-size:.9rem}
.table{overflow-x:auto;background:var(--card);border:1px solid var(--line);border-radius:.5rem}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:.5rem 1rem;border-top:1px solid var(--line)}
thead th{border-top:0;color:var(--soft);font-weight:600;font-size:.85rem}
tbody th{font-weight:600}
.number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.good{color:var(--good)}.bad{color:var(--bad);font-weight:600}
)css";

// For text and for attributes in double quotes. Control bytes that HTML forbids, and broken UTF-8, become
// U+FFFD.
void append_escaped(std::string& out, std::string_view text) {
  std::string valid;
  append_utf8(valid, text, text.size() * 3);
  for (const char c : valid) {
    switch (c) {
    case '&':
      out += "&amp;";
      break;
    case '<':
      out += "&lt;";
      break;
    case '>':
      out += "&gt;";
      break;
    case '"':
      out += "&quot;";
      break;
    case '\'':
      out += "&#39;";
      break;
    case '\t':
    case '\n':
      out += c;
      break;
    default:
      if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
        out += "\xEF\xBF\xBD";
      else
        out += c;
    }
  }
}

// One unit is enough for an age: "830 ms", "12 s", "4 min", "3 h", "2 d".
std::string format_age(nanoseconds age) {
  using namespace std::chrono;
  age = std::max(age, nanoseconds(0));
  if (age < seconds(1)) return cat(duration_cast<milliseconds>(age).count(), " ms");
  if (age < minutes(2)) return cat(duration_cast<seconds>(age).count(), " s");
  if (age < hours(2)) return cat(duration_cast<minutes>(age).count(), " min");
  if (age < hours(48)) return cat(duration_cast<hours>(age).count(), " h");
  return cat(duration_cast<hours>(age).count() / 24, " d");
}

void append_links(std::string& out, const std::vector<landing_link>& links) {
  if (links.empty()) return; // an empty list would still take its space
  out += "<nav>\n<ul>\n";
  for (const auto& link : links) {
    out += "<li><a href=\"";
    append_escaped(out, link.href);
    out += "\">";
    append_escaped(out, link.text);
    out += "</a><span>";
    append_escaped(out, link.description);
    out += "</span></li>\n";
  }
  out += "</ul>\n</nav>\n";
}

void append_plugins(std::string& out, const std::vector<landing_plugin>& plugins) {
  out += "<h2>Plugins</h2>\n";
  if (plugins.empty()) {
    out += "<p class=\"empty\">No plugin is loaded.</p>\n";
    return;
  }
  out += "<div class=\"table\">\n<table>\n<thead><tr><th scope=\"col\">Name</th><th scope=\"col\">State</th>"
         "<th scope=\"col\" class=\"number\">Last sample</th><th scope=\"col\" class=\"number\">Samples</th>"
         "<th scope=\"col\">Reason</th></tr></thead>\n<tbody>\n";
  for (const auto& plugin : plugins) {
    out += "<tr><th scope=\"row\">";
    append_escaped(out, plugin.name);
    out += plugin.state == "running" ? "</th><td class=\"good\">" : "</th><td class=\"bad\">";
    append_escaped(out, plugin.state);
    out += "</td><td class=\"number\">";
    out += plugin.last_sample_age ? cat(format_age(*plugin.last_sample_age), " ago") : "never";
    out += cat("</td><td class=\"number\">", plugin.samples, "</td><td>");
    append_escaped(out, plugin.reason);
    out += "</td></tr>\n";
  }
  out += "</tbody>\n</table>\n</div>\n";
}

void append_alerts(std::string& out, const landing_page& page) {
  out += "<h2>Rules that fire</h2>\n";
  if (page.alerts.empty()) {
    out += "<p class=\"empty\">No rule fires.</p>\n";
  } else {
    out += "<div class=\"table\">\n<table>\n<thead><tr><th scope=\"col\">Rule</th>"
           "<th scope=\"col\" class=\"number\">For</th><th scope=\"col\" class=\"number\">Value</th>"
           "<th scope=\"col\">Labels</th><th scope=\"col\">Next</th></tr></thead>\n<tbody>\n";
    for (const auto& alert : page.alerts) {
      out += "<tr><th scope=\"row\">";
      append_escaped(out, alert.rule);
      out += "</th><td class=\"number\">";
      if (alert.firing_for) out += format_age(*alert.firing_for);
      out += "</td><td class=\"number\">";
      append_escaped(out, alert.value);
      out += "</td><td>";
      append_escaped(out, alert.labels);
      out += "</td><td>";
      append_escaped(out, alert.next);
      out += "</td></tr>\n";
    }
    out += "</tbody>\n</table>\n</div>\n";
  }
  if (page.further_alerts > 0) out += cat("<p class=\"empty\">And ", page.further_alerts, " more.</p>\n");
  for (const std::string& sentence : page.given_up) {
    out += "<p class=\"bad\">";
    append_escaped(out, sentence);
    out += "</p>\n";
  }
}

} // namespace

std::string render(const landing_page& page) {
  std::string out = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>";
  append_escaped(out, page.title);
  out += "</title>\n<style>";
  out += style;
  out += "</style>\n</head>\n<body>\n<main>\n<h1>";
  append_escaped(out, page.title);
  out += "</h1>\n<p class=\"version\">Version ";
  append_escaped(out, page.version);
  out += "</p>\n";
  append_links(out, page.links);
  append_plugins(out, page.plugins);
  if (page.has_rules) append_alerts(out, page);
  out += "</main>\n</body>\n</html>\n";
  return out;
}

} // namespace reeve::http
