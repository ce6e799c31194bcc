// Signatures of CoreLibrary 1.17: System/Delegate.cs, System/MulticastDelegate.cs,
// System/Action.cs, System/EventHandler.cs, System/EventArgs.cs, System/AsyncCallback.cs,
// System/IAsyncResult.cs. CoreLibrary's generic delegates are left out: assemblies that use them
// stop the loader.

namespace System
{
    public abstract class Delegate
    {
        public extern object Target { get; }

        public static extern bool operator ==(Delegate d1, Delegate d2);

        public static extern bool operator !=(Delegate d1, Delegate d2);

        public static extern Delegate Combine(Delegate a, Delegate b);

        public static extern Delegate Remove(Delegate source, Delegate value);

        public override extern bool Equals(object obj);

        public virtual extern Delegate[] GetInvocationList();
    }

    public abstract class MulticastDelegate : Delegate
    {
        public static extern bool operator ==(MulticastDelegate d1, MulticastDelegate d2);

        public static extern bool operator !=(MulticastDelegate d1, MulticastDelegate d2);

        public override extern bool Equals(object obj);
    }

    public interface IAsyncResult
    {
    }

    public delegate void AsyncCallback(IAsyncResult ar);

    public delegate void Action();

    public delegate void EventHandler(object sender, EventArgs e);

    public class EventArgs
    {
        public static readonly EventArgs Empty;

        public extern EventArgs();
    }
}
