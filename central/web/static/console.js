// Draws the console's pictures with ECharts on a canvas; every one has a table beside it. Colours come from the CSS.
"use strict";
(() => {
  const css = getComputedStyle(document.documentElement);
  const colour = (name) => css.getPropertyValue(name).trim();
  const text = { color: colour("--text"), fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 14 };
  const line = "#e3e9f3";
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const drawn = new Map();
  const percent = (value) => (value === null || value === undefined ? "–" : `${value.toFixed(1)} %`);
  const tooltip = { trigger: "axis", renderMode: "richText", textStyle: text, confine: true };
  const category = (data) => ({ type: "category", data, axisLabel: text, axisTick: { show: false }, axisLine: { lineStyle: { color: line } } });

  // Told apart without colour too: each has a pattern of its own.
  const series = (name, data, ground, symbol) => ({
    name, data, type: "bar", stack: "all", barCategoryGap: "25%",
    itemStyle: { color: ground, decal: symbol ?? { symbol: "none" } },
  });

  const hours = (box, found) => {
    const slanted = { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [2, 4], rotation: -Math.PI / 4, color: "rgba(255,255,255,.7)" };
    const dotted = { symbol: "circle", dashArrayX: [[6, 6], [0, 6, 6, 0]], dashArrayY: [6, 0], symbolSize: 0.7, color: "rgba(255,255,255,.8)" };
    return {
      legend: { top: 0, textStyle: text, itemWidth: 28 },
      tooltip: { ...tooltip, valueFormatter: percent },
      grid: { left: 52, right: 16, top: 40, bottom: 32 },
      xAxis: category(found.hours),
      yAxis: { type: "value", max: 100, axisLabel: { ...text, formatter: "{value} %" }, splitLine: { lineStyle: { color: line } } },
      series: [
        series(box.dataset.open, found.open, colour("--primary")),
        series(box.dataset.closed, found.closed, colour("--soon-edge"), slanted),
        series(box.dataset.silent, found.silent, colour("--off"), dotted),
      ],
    };
  };

  const bars = (box, found) => ({
    legend: { top: 0, textStyle: text },
    tooltip,
    grid: { left: 52, right: 16, top: 40, bottom: 32 },
    xAxis: category(found.names),
    yAxis: { type: "value", minInterval: 1, axisLabel: text, splitLine: { lineStyle: { color: line } } },
    series: found.values.map((values, at) => ({
      name: box.dataset.names.split("|")[at], data: values, type: at ? "line" : "bar", step: at ? "middle" : false,
      symbol: "none", itemStyle: { color: colour(at ? "--act" : "--primary") }, lineStyle: { width: 3 },
    })),
  });

  // The day by half hour: what came, and the same weekday a week before as a line behind it.
  const load = (box, found) => ({
    legend: { top: 0, right: 8, textStyle: text, data: box.dataset.names.split("|") },
    tooltip: { ...tooltip, valueFormatter: (value) => (value === null || value === undefined ? "–" : `${value} ${box.dataset.unit}`) },
    grid: { left: 40, right: 12, top: 40, bottom: 28 },
    xAxis: { ...category(found.names), axisLabel: { ...text, interval: (at, name) => name.endsWith(":00") } },
    yAxis: { type: "value", minInterval: 1, name: box.dataset.unit, nameTextStyle: { ...text, align: "right" }, axisLabel: text, splitLine: { lineStyle: { color: line } } },
    series: [
      { name: box.dataset.names.split("|")[0], data: found.now, type: "bar", barCategoryGap: "20%", itemStyle: { color: colour("--primary"), borderRadius: [3, 3, 0, 0] } },
      { name: box.dataset.names.split("|")[1], data: found.before, type: "line", symbol: "none", step: "middle", itemStyle: { color: colour("--off") }, lineStyle: { width: 2, type: "dashed" } },
    ],
  });

  // Each day and hour as a field: dark where it could be used, ever redder the less it could.
  const heat = (box, found) => ({
    tooltip: {
      renderMode: "richText", textStyle: text, confine: true,
      formatter: (one) => `${found.days[one.value[1]]} ${found.hours[one.value[0]]}:00  ${percent(one.value[2])}`,
    },
    grid: { left: 104, right: 16, top: 8, bottom: 64 },
    xAxis: { ...category(found.hours), splitArea: { show: true } },
    yAxis: { ...category(found.days), inverse: true },
    visualMap: {
      type: "piecewise", orient: "horizontal", left: "center", bottom: 0, textStyle: text, itemWidth: 22,
      pieces: [
        { gte: 99.5, label: "≥ 99.5 %", color: "#1f7a4d" }, { gte: 95, lt: 99.5, label: "95 – 99.5 %", color: "#9fcfb4" },
        { gte: 50, lt: 95, label: "50 – 95 %", color: "#e7c77f" }, { lt: 50, label: "< 50 %", color: "#b3261e" },
      ],
    },
    series: [{ type: "heatmap", data: found.fields, itemStyle: { borderColor: "#fff", borderWidth: 2 }, label: { show: false } }],
  });

  // Days until something is used up, the next first; under the mark somebody has to go.
  const lasts = (box, found) => ({
    tooltip: { ...tooltip, axisPointer: { type: "none" }, valueFormatter: (value) => `${value} ${box.dataset.unit}` },
    grid: { left: 8, right: 72, top: 8, bottom: 8, containLabel: true },
    xAxis: { type: "value", axisLabel: { ...text, formatter: `{value} ${box.dataset.unit}` }, splitLine: { lineStyle: { color: line } } },
    yAxis: { ...category(found.names), inverse: true },
    series: [{
      type: "bar", barMaxWidth: 20,
      data: found.days.map((value) => ({ value, itemStyle: { color: colour(value < found.mark ? "--act" : "--primary"), decal: { symbol: "none" } } })),
      label: { show: true, position: "right", ...text, formatter: `{c} ${box.dataset.unit}` },
      markLine: { silent: true, symbol: "none", lineStyle: { color: colour("--act"), type: "solid" }, label: { show: false }, data: [{ xAxis: found.mark }] },
    }],
  });

  const kinds = { hours, bars, load, heat, lasts };
  const draw = () => {
    for (const [box, [chart, watch]] of drawn) {
      if (box.isConnected) continue;
      watch.disconnect();
      chart.dispose();
      drawn.delete(box);
    }
    for (const box of document.querySelectorAll("[data-chart]")) {
      if (drawn.has(box)) continue;
      const found = JSON.parse(box.dataset.values);
      const rows = (found.days ?? []).length;
      if (["heat", "lasts"].includes(box.dataset.chart)) box.style.height = `${Math.max(9, (box.dataset.chart === "heat" ? 7 : 4) + rows * 2)}rem`;
      const chart = window.echarts.init(box, null, { renderer: "canvas" });
      chart.setOption({ animation: !still && !drawn.size, textStyle: text, ...kinds[box.dataset.chart](box, found) });
      const watch = new ResizeObserver(() => chart.resize());
      watch.observe(box);
      drawn.set(box, [chart, watch]);
    }
  };
  draw();
  // A page that refreshes itself brings new figures: what stood there is gone, what came is drawn at once.
  document.body.addEventListener("htmx:afterSwap", draw);
})();
