namespace Portal.Storage.Layers;

/// <summary>Many sorted lists as one.</summary>
internal static class EntryMerge
{
    /// <summary>Of equal ones that of the first list comes first.</summary>
    /// <param name="lists">Disposed at the end.</param>
    public static IEnumerable<(int List, LayerEntry Entry)> InOrder(
        IReadOnlyList<IEnumerator<LayerEntry>> lists, Comparison<LayerEntry> compare)
    {
        var order = Comparer<(LayerEntry Entry, int List)>.Create((left, right) =>
            compare(left.Entry, right.Entry) is not 0 and var difference ? difference : left.List - right.List);
        var queue = new PriorityQueue<int, (LayerEntry, int)>(lists.Count, order);
        try
        {
            for (var i = 0; i < lists.Count; i++)
            {
                if (lists[i].MoveNext())
                {
                    queue.Enqueue(i, (lists[i].Current, i));
                }
            }

            while (queue.TryPeek(out var list, out _))
            {
                var entry = lists[list].Current;
                if (lists[list].MoveNext())
                {
                    queue.DequeueEnqueue(list, (lists[list].Current, list));
                }
                else
                {
                    queue.Dequeue();
                }

                yield return (list, entry);
            }
        }
        finally
        {
            foreach (var list in lists)
            {
                list.Dispose();
            }
        }
    }
}
