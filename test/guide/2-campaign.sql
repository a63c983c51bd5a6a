INSERT INTO campaigns (
  id,
  company_id,
  skillbase_id,
  name,
  status,
  max_concurrent_calls,
  calls_per_minute
) VALUES (
  gen_random_uuid(),
  '<company_id>',
  '<skillbase_id>',
  'Test Campaign',
  'draft',
  5,
  10
) RETURNING id, name, status;

SELECT c.id, c.name, c.status, 
       s.name as skillbase_name
FROM campaigns c
JOIN skillbases s ON c.skillbase_id = s.id
WHERE c.name = 'Test Campaign';
