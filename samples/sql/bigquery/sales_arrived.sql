-- How many of the week's sales has the other team delivered?
SELECT COUNT(*) AS delivered
FROM landing.sales
WHERE sold_on >= CAST(@period_start AS DATE)
  AND sold_on < CAST(@period_end AS DATE)
