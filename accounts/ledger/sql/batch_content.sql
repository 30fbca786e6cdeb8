-- The sums of batch_totals.sql over the source alone: is this the content the event was booked with?
SELECT count(*), sum(source.current + source.carried), sum(source.subaccount * (source.current + source.carried)),
       sum((source.subaccount %% 1000003) * (source.value_date - date '2000-01-01'))
FROM (
{source}
) AS source
