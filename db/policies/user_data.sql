-- Every entity belongs to one user, who may read and write it.
SELECT ops.isolate('user_data.activity', true);
SELECT ops.isolate('user_data.place', true);
SELECT ops.isolate('user_data.place_visit', true);
SELECT ops.isolate('user_data.trip', true);
SELECT ops.isolate('user_data.note', true);
SELECT ops.isolate('user_data.signal', true);
