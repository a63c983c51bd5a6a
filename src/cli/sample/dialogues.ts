import type { RecordedCall } from '../replay.ts'

/** A conversation of the sample. A `{name}` is replaced by a random word of `wordLists`, the same one in a whole call. */
export interface Dialogue {
  vendor: string
  language: 'en' | 'ru'
  direction: 'inbound' | 'outbound'
  outcome: NonNullable<RecordedCall['outcome']>
  greeting: string | null
  /** Pairs of a caller's sentence and the agent's reply. */
  exchanges: readonly (readonly [string, string])[]
}

/** Words for the placeholders of dialogues, by language. */
export const wordLists = {
  en: {
    name: ['Anna', 'Marcus', 'Priya', 'Tom', 'Elena', 'Oscar', 'Ruth', 'Diego'],
    day: ['Tuesday', 'Wednesday', 'Thursday', 'Friday'],
    time: ['9:20', '11:00', '2:40', '4:15'],
    dentist: ['Doctor Hale', 'Doctor Moreno', 'Doctor Lind'],
    speed: ['100', '300', '500'],
    price: ['19', '29', '41'],
    street: ['Juniper Lane', 'Mill Road', 'Harbor Street'],
    minutes: ['ten', 'twenty', 'forty'],
  },
  ru: {
    name: ['Ирина', 'Олег', 'Марина', 'Павел', 'Светлана', 'Артём'],
    day: ['во вторник', 'в среду', 'в четверг', 'в пятницу'],
    time: ['с десяти до двенадцати', 'с двух до четырёх', 'после шести вечера'],
    order: ['48-21', '73-05', '19-64', '52-37'],
    street: ['Садовая, девять', 'Лесная, четырнадцать', 'проспект Мира, тридцать'],
    cell: ['семь', 'двенадцать', 'двадцать три'],
  },
} as const

const dental = { vendor: 'Bluefinch Dental', language: 'en' } as const
const delivery = { vendor: 'Vozok Delivery', language: 'ru' } as const
const fiber = { vendor: 'Orchard Fiber', language: 'en' } as const

const unanswered = { greeting: null, exchanges: [] } as const
const dentalGreeting = 'Bluefinch Dental, good morning. How can I help you?'
const reminder = 'Hello, this is Bluefinch Dental. Am I speaking with {name}?'
const deliveryGreeting = 'Служба доставки «Возок», здравствуйте. Чем помочь?'
const courier = 'Здравствуйте, это «Возок». {name}, удобно сейчас говорить?'
const fiberGreeting = 'Thank you for calling Orchard Fiber. What can I do for you?'

export const dialogues: readonly Dialogue[] = [
  {
    ...dental,
    direction: 'inbound',
    outcome: 'success',
    greeting: dentalGreeting,
    exchanges: [
      ['Hi, I would like to have my teeth cleaned.', 'Gladly. Have you been with us before?'],
      ['Yes, my name is {name}.', 'Welcome back, {name}. {dentist} is free on {day} at {time}.'],
      ['That works for me.', 'You are booked for {day} at {time}. Shall I send a reminder?'],
      ['Yes, please. Bye.', 'It is on its way. See you on {day}.'],
    ],
  },
  {
    ...dental,
    direction: 'inbound',
    outcome: 'transferred',
    greeting: dentalGreeting,
    exchanges: [
      [
        'A filling fell out and it hurts a lot.',
        'I am sorry to hear that. Is there any swelling or bleeding?',
      ],
      [
        'It is swollen since last night.',
        'Then somebody should look at it today. I will connect you with the desk.',
      ],
    ],
  },
  {
    ...dental,
    direction: 'outbound',
    outcome: 'success',
    greeting: reminder,
    exchanges: [
      ['Yes, that is me.', 'You have an appointment with {dentist} on {day} at {time}. Will you come?'],
      ['I will be there.', 'Wonderful, it is confirmed. Please come ten minutes early.'],
      ['Do I need to bring anything?', 'Just your insurance card. Goodbye, {name}.'],
    ],
  },
  {
    ...dental,
    direction: 'outbound',
    outcome: 'callback',
    greeting: reminder,
    exchanges: [
      ['Yes, but I am driving right now.', 'Of course. When may I call you again?'],
      ['On {day} after {time}.', 'I will call on {day} after {time}. Drive safely.'],
    ],
  },
  {
    ...dental,
    direction: 'outbound',
    outcome: 'fail',
    greeting: reminder,
    exchanges: [
      ['Who is asking?', 'I am the assistant of Bluefinch Dental, about your appointment on {day}.'],
      ['I go to another dentist now.', 'I understand. I will take the appointment off the list. Goodbye.'],
    ],
  },
  { ...dental, direction: 'outbound', outcome: 'no_answer', ...unanswered },
  {
    ...dental,
    direction: 'outbound',
    outcome: 'voicemail',
    greeting: null,
    exchanges: [
      [
        'You have reached {name}. Please leave a message after the tone.',
        'Hello {name}, Bluefinch Dental here. Please call us about {day}.',
      ],
    ],
  },
  {
    ...delivery,
    direction: 'inbound',
    outcome: 'success',
    greeting: deliveryGreeting,
    exchanges: [
      ['Где мой заказ {order}?', 'Заказ {order} у курьера, он будет у вас сегодня {time}.'],
      ['А можно позвонить за полчаса?', 'Да, я передам курьеру: он позвонит заранее.'],
      ['Спасибо, тогда жду.', 'Хорошего дня!'],
    ],
  },
  {
    ...delivery,
    direction: 'inbound',
    outcome: 'success',
    greeting: deliveryGreeting,
    exchanges: [
      ['Хочу перенести доставку.', 'Конечно. Назовите, пожалуйста, номер заказа.'],
      ['{order}.', 'Нашла: улица {street}. На какой день перенести?'],
      ['Давайте {day}, {time}.', 'Перенесла: {day}, {time}. Что-нибудь ещё?'],
      ['Нет, это всё.', 'Спасибо за звонок, до свидания.'],
    ],
  },
  {
    ...delivery,
    direction: 'inbound',
    outcome: 'fail',
    greeting: deliveryGreeting,
    exchanges: [
      ['Привезли не то, верните деньги.', 'Мне очень жаль. Возврат оформляют в отделе заботы, записать вас?'],
      ['Нет, я напишу жалобу.', 'Понимаю. Адрес для жалоб пришлю сообщением.'],
    ],
  },
  {
    ...delivery,
    direction: 'outbound',
    outcome: 'success',
    greeting: courier,
    exchanges: [
      ['Да, слушаю.', 'Ваша посылка {order} приехала. Доставить {day}, {time}?'],
      ['Лучше в постамат.', 'Хорошо. Ближайший: улица {street}, ячейка {cell}. Код пришлю сообщением.'],
      ['Отлично, спасибо.', 'Пожалуйста, до свидания!'],
    ],
  },
  {
    ...delivery,
    direction: 'outbound',
    outcome: 'callback',
    greeting: courier,
    exchanges: [['Нет, я на совещании.', 'Извините. Перезвоню {day}, {time}.']],
  },
  { ...delivery, direction: 'outbound', outcome: 'busy', ...unanswered },
  { ...delivery, direction: 'outbound', outcome: 'no_answer', ...unanswered },
  {
    ...fiber,
    direction: 'inbound',
    outcome: 'success',
    greeting: fiberGreeting,
    exchanges: [
      ['What does {speed} megabit cost?', 'That plan is {price} dollars a month, without a contract.'],
      ['Is there a fee for the router?', 'No, the router is ours, and it comes free of charge.'],
      ['And when could somebody install it?', 'A technician can be on {street} on {day} at {time}.'],
      ['Good, book it for {name}.', 'It is booked for {name}, {day} at {time}. Anything else?'],
      ['No, thank you.', 'Thank you for choosing Orchard Fiber.'],
    ],
  },
  {
    ...fiber,
    direction: 'inbound',
    outcome: 'transferred',
    greeting: fiberGreeting,
    exchanges: [
      [
        'My connection has been down since this morning.',
        'I see an outage on {street}. It should end in {minutes} minutes.',
      ],
      ['You said that an hour ago.', 'I am sorry. Let me connect you with an engineer.'],
    ],
  },
  {
    ...fiber,
    direction: 'inbound',
    outcome: 'fail',
    greeting: fiberGreeting,
    exchanges: [
      ['I want to cancel my contract.', 'I can help with that. May I ask what made you decide so?'],
      ['It is too expensive.', 'We have a plan for {price} dollars. Would you like to hear more?'],
      ['No. Just cancel it.', 'I have noted it. You will get a letter within three days.'],
    ],
  },
  { ...fiber, direction: 'outbound', outcome: 'declined', ...unanswered },
]
