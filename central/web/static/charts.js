// Draws what a page's tables say: each .chart holds its figures as JSON; colours come from the page's own style.
"use strict";
(() => {
  const style = getComputedStyle(document.documentElement);
  const colour = (name, other) => style.getPropertyValue(name).trim() || other;
  const text = colour("--text", "#14213d");
  const palette = [colour("--primary", "#1b4f9c"), "#b45f06", "#2e7d32", "#6a3d9a"];
  const line = "#d5deec";

  const options = (told) => {
    const lying = told.shape === "bar" && (told.labels.length > 6 || told.labels.some((label) => label.length > 8));
    const names = { type: "category", data: told.labels, inverse: lying, axisLabel: { color: text, fontSize: 14, width: 190, overflow: "truncate", interval: 0 }, axisTick: { show: false }, axisLine: { lineStyle: { color: line } } };
    const values = { type: "value", max: told.unit === "%" ? 100 : undefined, min: told.unit === "%" ? (low) => Math.min(0, Math.floor(low.min)) : 0, axisLabel: { color: text, formatter: `{value}${told.unit}` }, splitLine: { lineStyle: { color: line } } };
    const mark = told.target === null ? undefined : { silent: true, symbol: "none", lineStyle: { color: "#b3261e", type: "solid" }, label: { formatter: `${told.target}${told.unit}`, color: "#b3261e" }, data: [lying ? { xAxis: told.target } : { yAxis: told.target }] };
    return {
      animation: false,
      color: palette,
      textStyle: { fontFamily: "inherit", color: text },
      grid: { left: 8, right: 56, top: told.series.length > 1 ? 40 : 16, bottom: 8, containLabel: true },
      legend: told.series.length > 1 ? { top: 4, textStyle: { color: text } } : undefined,
      tooltip: { trigger: "axis", renderMode: "richText" },
      xAxis: lying ? values : names,
      yAxis: lying ? names : values,
      series: told.series.map((one, at) => ({ name: one.name, type: told.shape, data: one.values, barMaxWidth: 22, symbolSize: 8, lineStyle: { width: 3, type: ["solid", "dashed", "dotted"][at % 3] }, label: { show: told.shape === "bar", position: lying ? "right" : "top", color: text }, markLine: at === 0 ? mark : undefined })),
    };
  };

  const draw = () => {
    for (const place of document.querySelectorAll("[data-chart]")) {
      if (!window.echarts || window.echarts.getInstanceByDom(place)) continue;
      const told = JSON.parse(place.dataset.chart);
      if (told.shape === "bar") place.style.height = `${Math.max(220, 60 + told.labels.length * 30 * told.series.length)}px`;
      const chart = window.echarts.init(place, null, { renderer: "canvas" });
      chart.setOption(options(told));
      new ResizeObserver(() => chart.resize()).observe(place);
    }
  };
  draw();
  document.body.addEventListener("htmx:afterSwap", draw);
})();
