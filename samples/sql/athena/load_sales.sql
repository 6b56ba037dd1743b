-- Runs once for a week. Athena joins a repeated start by its request token, and takes parameters in WHERE only.
INSERT INTO warehouse.sales
SELECT sold_on, shop, amount, date_trunc('week', sold_on) AS week
FROM landing.sales
WHERE sold_on >= CAST(@period_start AS DATE)
  AND sold_on < CAST(@period_end AS DATE)
