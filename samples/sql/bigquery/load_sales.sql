-- Runs once for a week. BigQuery joins a repeated start by its job id.
INSERT INTO warehouse.sales (sold_on, shop, amount, week)
SELECT sold_on, shop, amount, @period
FROM landing.sales
WHERE sold_on >= CAST(@period_start AS DATE)
  AND sold_on < CAST(@period_end AS DATE)
